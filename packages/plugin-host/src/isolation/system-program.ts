import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Where Linux has the programs that make a sandbox; those of the administrator are not on everybody's PATH. */
export const SYSTEM_FOLDERS = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

/** The path of a program of Linux itself, wherever PATH points; undefined where there is none. */
export function systemProgram(name: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  return SYSTEM_FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
