import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { isExecutable } from "../is-executable.ts";

/** How to start the TypeScript compiler. */
export interface TypeScript {
  readonly command: string;
  readonly arguments: readonly string[];
}

/**
 * The TypeScript compiler that builds a plugin: the one that Hodu was installed with, that of the folder in which the command runs, that of
 * the plugin's own folder where it is a folder of the user's, or `tsc` on PATH. One that comes in an archive is not started.
 */
export function findTypeScript(
  folders: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): TypeScript | undefined {
  for (const from of [import.meta.url, ...folders.map((folder) => join(folder, "package.json"))]) {
    const compiler = compilerFrom(from);
    if (compiler !== undefined) return { command: process.execPath, arguments: [compiler] };
  }
  const names = process.platform === "win32" ? [] : ["tsc"];
  const paths = (environment.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const onPath = paths.find(isExecutable);
  return onPath === undefined ? undefined : { command: onPath, arguments: [] };
}

function compilerFrom(from: string): string | undefined {
  try {
    const compiler = join(dirname(createRequire(from).resolve("typescript/package.json")), "bin/tsc");
    return existsSync(compiler) ? compiler : undefined;
  } catch {
    return undefined;
  }
}
