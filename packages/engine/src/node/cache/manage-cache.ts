import { rmSync } from "node:fs";
import { removeLeftoversIn } from "../leftovers.ts";
import { cacheFolder, hasCacheFolder } from "./cache-folder.ts";
import { type CacheEntry, listEntries, removeEntries, surplus } from "./entries.ts";
import { changeMetadata, readMetadata } from "./metadata.ts";
import type { CacheOptions } from "./open-cache.ts";

/** What a cache holds. */
export interface CacheContents {
  readonly entries: readonly CacheEntry[];
  readonly bytes: number;
}

/** Which artifacts are removed from a cache. */
export type CleanWhat =
  /** Those that were not used for too long, or that are more than the cache may hold. */
  | { readonly kind: "old" }
  | { readonly kind: "all" }
  /** Those of a model: by the hash of its content, or by its path as it was named when they were made. */
  | { readonly kind: "model"; readonly hash: string | undefined; readonly path: string };

/** What a cache holds, the artifact used last first. Throws POLICY for a folder in which others may write. */
export function cacheContents({ path }: CacheOptions): CacheContents {
  const folder = cacheFolder(path);
  const entries = hasCacheFolder(folder) ? listEntries(folder, readMetadata(folder.metadata)) : [];
  return { entries, bytes: sizeOf(entries) };
}

/** Removes artifacts, with `all` the code of the command as well, and what killed processes left; gives the artifacts that are gone. Throws POLICY as above. */
export async function cleanCache(options: CacheOptions, what: CleanWhat): Promise<CacheContents> {
  const folder = cacheFolder(options.path);
  if (what.kind === "all") rmSync(folder.code, { force: true, recursive: true });
  if (!hasCacheFolder(folder)) return { entries: [], bytes: 0 };
  const all = listEntries(folder, readMetadata(folder.metadata));
  const entries = removeEntries(chosen(all, what, options));
  await removeLeftoversIn(folder.entries);
  if (what.kind === "all") rmSync(folder.metadata, { force: true });
  else {
    const left = new Set(listEntries(folder, readMetadata(folder.metadata)).map(({ file }) => file));
    await changeMetadata(folder.metadata, (metadata) => {
      for (const file of metadata.entries.keys()) if (!left.has(file)) metadata.entries.delete(file);
    });
  }
  return { entries, bytes: sizeOf(entries) };
}

function chosen(
  all: readonly CacheEntry[],
  what: CleanWhat,
  { maxBytes, maxAge }: CacheOptions,
): readonly CacheEntry[] {
  if (what.kind === "all") return all;
  if (what.kind === "old") return surplus(all, 0, maxBytes, maxAge);
  return all.filter(({ hash, model }) => hash === what.hash || model === what.path);
}

const sizeOf = (entries: readonly CacheEntry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);
