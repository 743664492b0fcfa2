import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Manifest } from "hodu-plugin-sdk";
import { readPackageJson } from "../manifest/read-package-json.ts";
import { packageEntry } from "../package-entry.ts";

/** The file of a built plugin that is loaded or started, from its folder: its module, or its program, or the script that a program of the system runs. */
export function pluginLibrary({ program }: Manifest, folder: string): string {
  if (program === undefined) {
    const entry = relative(folder, fileURLToPath(packageEntry(folder, readPackageJson(folder))));
    return entry.split(sep).join("/");
  }
  const { command, arguments: given = [] } = program;
  if (command.includes("/")) return posix.normalize(command);
  const script = given.find((word) => isFileIn(folder, word));
  return script === undefined ? "package.json" : posix.normalize(script);
}

function isFileIn(folder: string, path: string): boolean {
  if (path.startsWith("-") || isAbsolute(path) || !existsSync(join(folder, path))) return false;
  const below = relative(realpathSync(folder), realpathSync(join(folder, path)));
  return below !== "" && !below.startsWith("..");
}
