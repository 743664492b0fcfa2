import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { HoduError, quote } from "@hodu/core";

/** Conditions under which a plugin is imported, as Node has them. */
const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

/** Conditions in conditions: no package has more than a few. */
const MAX_DEPTH = 8;

/** The module that a package in a folder exports as ".", by its parsed package.json. Throws PLUGIN_PROTOCOL where there is none in the folder. */
export function packageEntry(folder: string, packageJson: unknown): URL {
  const { exports, main } = Object(packageJson) as { readonly exports?: unknown; readonly main?: unknown };
  const target = exports === undefined ? (typeof main === "string" ? main : "index.js") : targetOf(rootOf(exports));
  const path = target === undefined ? undefined : resolve(folder, target);
  if (path?.startsWith(resolve(folder) + sep) && existsSync(path)) return pathToFileURL(path);
  const found =
    target === undefined ? "its package.json exports no module" : `there is no ${quote(target)} in its folder`;
  throw new HoduError(
    "PLUGIN_PROTOCOL",
    `Cannot load the plugin in ${quote(folder)}: ${found}, expected the module that was built`,
    { hint: `hodu plugin install --path ${folder} --force`, where: { file: join(folder, "package.json") } },
  );
}

/** What is exported as ".": the whole of `exports`, or its member of that name. */
function rootOf(exports: unknown): unknown {
  const isTable = typeof exports === "object" && exports !== null && !Array.isArray(exports);
  return isTable && Object.keys(exports).some((key) => key.startsWith("."))
    ? Object.entries(exports).find(([key]) => key === ".")?.[1]
    : exports;
}

/** The first target whose conditions hold. */
function targetOf(exports: unknown, depth = 0): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null || depth === MAX_DEPTH) return undefined;
  const choices = Array.isArray(exports)
    ? (exports as readonly unknown[])
    : Object.entries(exports).flatMap(([condition, target]) => (CONDITIONS.has(condition) ? [target as unknown] : []));
  for (const choice of choices) {
    const found = targetOf(choice, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
