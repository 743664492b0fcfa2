import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { shellWord, writeError } from "hodu-plugin-sdk/node";

/** Writes the files of a new plugin into a folder that is not there yet, or is empty. Throws CANNOT_CREATE, IO; then what it made is gone. */
export function writePlugin(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  const isNew = !existsSync(folder);
  if (!isNew && !isEmpty(folder)) {
    throw new HoduError(
      "CANNOT_CREATE",
      `Cannot begin a plugin in ${quote(folder)}: there is something already, expected no folder, or an empty one`,
      { hint: `hodu plugin test ${shellWord(folder)}`, where: { file: folder } },
    );
  }
  const written: string[] = [];
  try {
    for (const [path, content] of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { flag: "wx" });
      written.push(file);
    }
  } catch (cause) {
    if (isNew) rmSync(folder, { recursive: true, force: true });
    else for (const file of written) rmSync(file, { force: true });
    throw writeError(folder, cause);
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    // It is no folder.
    return false;
  }
}
