import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rowIds } from "./row-ids.ts";

const FOLDERS = ["packages", "plugins", "test", "tools"];
const PASSED_OVER = new Set(["node_modules", "dist"]);

/** The tests that quote rows in their titles or comments, by row: each as `path: the line`. */
export function rowsInTests(root: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const path of FOLDERS.flatMap((folder) => testsBelow(root, folder))) {
    // Tests of this tool name rows of their own.
    if (path.startsWith("tools/rows/")) continue;
    for (const line of readFileSync(join(root, path), "utf8").split("\n")) {
      if (!/[A-Z]-\d{3}/.test(line) || !isTitleOrComment(line)) continue;
      for (const id of rowIds(line)) found.set(id, [...(found.get(id) ?? []), `${path}: ${line.trim()}`]);
    }
  }
  return found;
}

const isTitleOrComment = (line: string): boolean => /^\s*(?:\/\*\*|\*|\/\/|(?:describe|it|test)\b|["'`])/.test(line);

function testsBelow(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : testsBelow(root, path);
    return entry.isFile() && entry.name.endsWith(".test.ts") ? [path] : [];
  });
}
