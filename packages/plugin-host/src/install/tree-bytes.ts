import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CopyOptions } from "./copy-tree.ts";
import { MAX_DEPTH, MAX_FILES } from "./limits.ts";

/** How many bytes `copyTree` is going to copy, for its progress: what cannot be read or is too much counts nothing, and is told of by the copy. */
export function treeBytes(root: string, { without = [], withoutNames = new Set() }: Partial<CopyOptions>): number {
  const open: (readonly [folder: string, depth: number])[] = [[root, 0]];
  let [bytes, files] = [0, 0];
  for (let next = open.pop(); next !== undefined && files <= MAX_FILES; next = open.pop()) {
    const [folder, depth] = next;
    for (const entry of entriesOf(folder)) {
      files += 1;
      const path = join(folder, entry.name);
      if (withoutNames.has(entry.name) || without.includes(path)) continue;
      if (!entry.isDirectory()) bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      else if (depth < MAX_DEPTH) open.push([path, depth + 1]);
    }
  }
  return bytes;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
