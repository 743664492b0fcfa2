import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { MAX_DEPTH, MAX_ENTRIES } from "./limits.ts";

/** A package.json that may be a plugin's. */
export interface PackageFile {
  readonly folder: string;
  readonly mtimeMs: number;
  readonly size: number;
}

/** Folders that hold no plugins, or not ones of this place. */
const PASSED_OVER: ReadonlySet<string> = new Set(["node_modules", "runtimes"]);

/** The packages in a folder: itself, or those below, in order of their paths; what is in a package is its own. Nothing where there is no such folder. */
export function scanFolder(root: string): readonly PackageFile[] {
  const found: PackageFile[] = [];
  let entries = 0;
  const scan = (folder: string, depth: number): void => {
    const file = statOf(join(folder, "package.json"));
    if (file !== undefined) {
      found.push({ folder, mtimeMs: file.mtimeMs, size: file.size });
      return;
    }
    if (depth === MAX_DEPTH) return;
    for (const name of namesIn(folder)) {
      entries += 1;
      if (entries > MAX_ENTRIES) return;
      if (!name.startsWith(".") && !PASSED_OVER.has(name) && statOf(join(folder, name))?.isDirectory() === true) {
        scan(join(folder, name), depth + 1);
      }
    }
  };
  scan(root, 0);
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
