import { readFileSync, realpathSync } from "node:fs";
import { HoduError, quote } from "@hodu/core";

/** Of this shape of the file. */
const SCHEMA = 1;

/** The project folders that the user has trusted, by their real paths. Throws CONFIG for a file that is none of this kind. */
export function readTrusted(file: string): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return new Set();
  }
  const folders = parse(text);
  if (folders !== undefined) return new Set(folders);
  throw new HoduError(
    "CONFIG",
    `Cannot read the trusted folders in ${quote(file)}: found no list of folders, expected one`,
    {
      hint: `rm ${file}`,
      where: { file },
    },
  );
}

/** The text of the file for a set of folders. */
export function trustedText(folders: ReadonlySet<string>): string {
  return `${JSON.stringify({ schema: SCHEMA, folders: [...folders].sort() }, null, 2)}\n`;
}

/** Whether a project folder is trusted. */
export function isTrusted(folder: string, trusted: ReadonlySet<string>): boolean {
  try {
    return trusted.has(realpathSync(folder));
  } catch {
    return false;
  }
}

function parse(text: string): readonly string[] | undefined {
  try {
    const { schema, folders } = Object(JSON.parse(text)) as { readonly schema?: unknown; readonly folders?: unknown };
    const isList = Array.isArray(folders) && folders.every((folder) => typeof folder === "string");
    return schema === SCHEMA && isList ? (folders as readonly string[]) : undefined;
  } catch {
    return undefined;
  }
}
