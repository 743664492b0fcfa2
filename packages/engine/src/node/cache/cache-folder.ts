import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import { shellWord } from "hodu-plugin-sdk/node";

/** What only its owner may do in the folders of the cache: artifacts are machine code. */
const PRIVATE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/** Where a cache is. */
export interface CacheFolder {
  readonly path: string;
  /** Folder of the artifacts. */
  readonly entries: string;
  /** File of what is remembered of them. */
  readonly metadata: string;
  /** Folder of what the engine made of the command, which keeps it there itself. */
  readonly code: string;
}

/** Where everything is in the cache of a folder; nothing is looked at. */
export function cacheFolder(path: string): CacheFolder {
  return { path, entries: join(path, "compile"), metadata: join(path, "metadata.json"), code: join(path, "code") };
}

/** Makes the folders where they are missing, and looks whether nobody else may write there. Throws POLICY, and what mkdir throws. */
export function makeCacheFolder({ path, entries }: CacheFolder): void {
  mkdirSync(entries, { recursive: true, mode: PRIVATE });
  for (const folder of [path, entries]) refuseShared(folder);
}

/** Whether there are artifacts yet. Throws POLICY as above. */
export function hasCacheFolder({ path, entries }: CacheFolder): boolean {
  if (lstatSync(entries, { throwIfNoEntry: false }) === undefined) return false;
  for (const folder of [path, entries]) refuseShared(folder);
  return true;
}

/** Throws POLICY for a folder in which another user could put code that this one would run. Windows keeps such rights elsewhere. */
function refuseShared(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  const self = process.geteuid?.();
  if (self === undefined) return;
  if (uid !== self) {
    throw new HoduError("POLICY", `Cannot trust the cache ${quote(folder)}: it belongs to another user`, {
      hint: "HODU_HOME=/path/to/folder hodu run ...",
      where: { file: folder },
    });
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return;
  throw new HoduError("POLICY", `Cannot trust the cache ${quote(folder)}: other users may write there`, {
    hint: `chmod go-w ${shellWord(folder)}`,
    where: { file: folder },
  });
}
