import { type BigIntStats, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MAX_STATE_FILES } from "./limits.ts";

/** What is no code of a plugin, or made of it when it runs. */
const PASSED_OVER: ReadonlySet<string> = new Set([".git", "__pycache__", "hodu-plugin-sdk"]);

/**
 * The state of all files of a folder: another text whenever one was written, added, removed or renamed. It is taken from their sizes and
 * times, of which the system keeps the time of the last change itself. Links are followed. Of a folder with too many files each is another.
 */
export function folderState(folder: string): string {
  // It takes milliseconds to load: who only lists plugins does not wait for it.
  const { createHash, randomUUID } = process.getBuiltinModule("node:crypto");
  const lines: string[] = [];
  const seen = new Set<string>();
  const open = [folder];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const name of namesIn(path)) {
      if (PASSED_OVER.has(name)) continue;
      if (lines.length + open.length >= MAX_STATE_FILES) return `state:${randomUUID()}`;
      const below = join(path, name);
      const stats = statOf(below);
      if (stats?.isFile() === true) lines.push(lineOf(below.slice(folder.length), stats));
      else if (stats?.isDirectory() === true && isNew(stats, seen)) open.push(below);
    }
  }
  return `state:${createHash("sha256").update(lines.sort().join("")).digest("hex")}`;
}

const lineOf = (path: string, { size, mtimeNs, ctimeNs, ino, mode }: BigIntStats): string =>
  `${JSON.stringify(path)} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${mode}\n`;

/** A folder by a link may be one that it stands in. */
function isNew({ dev, ino }: BigIntStats, seen: Set<string>): boolean {
  const key = `${dev} ${ino}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
