import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Where a program is that can be started: by its path, or by its name on a PATH. Undefined where there is none. */
export function programPath(command: string, path = process.env.PATH ?? ""): string | undefined {
  const places = isAbsolute(command) ? [command] : path.split(delimiter).map((folder) => join(folder, command));
  return places.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
