import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often sources are looked at, in milliseconds, and for how long they must stay as they are: editors write several files at once. */
const LOOK_EVERY = 150;

/** Files that are looked at; more are no sources of a plugin. */
const MAX_FILES = 20_000;

/** Resolves when files of a folder have changed since `before`, and rest: with what they are then. Rejects when the signal is aborted. */
export async function nextChange(
  folder: string,
  without: ReadonlySet<string>,
  before: string,
  signal: AbortSignal,
): Promise<string> {
  for (let last = before; ; ) {
    await sleep(LOOK_EVERY, undefined, { signal }).catch(() => signal.throwIfAborted());
    const now = fingerprint(folder, without);
    if (now !== before && now === last) return now;
    last = now;
  }
}

/** What tells the files of a folder from those after a change: their paths, sizes and times. */
export function fingerprint(folder: string, without: ReadonlySet<string>): string {
  const lines: string[] = [];
  const open = [folder];
  for (let path = open.pop(); path !== undefined && lines.length < MAX_FILES; path = open.pop()) {
    for (const entry of entriesOf(path)) {
      if (without.has(entry.name)) continue;
      const below = join(path, entry.name);
      if (entry.isDirectory()) open.push(below);
      else lines.push(stamp(below));
    }
  }
  return lines.sort().join("\n");
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** A file that is just being replaced has none. */
function stamp(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? "" : `${path} ${stats.size} ${stats.mtimeNs}`;
}
