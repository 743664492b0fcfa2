import { removeLeftoversIn } from "../leftovers.ts";
import { cacheFolder, hasCacheFolder } from "./cache-folder.ts";
import { type CacheEntry, listEntries, removeEntries } from "./entries.ts";
import { readEntry } from "./entry-file.ts";
import { readMetadata } from "./metadata.ts";
import type { CacheOptions } from "./open-cache.ts";

/** An artifact that would not be used, and why. */
export interface DamagedEntry {
  readonly entry: CacheEntry;
  readonly why: string;
}

/** What came of looking at the artifacts of a cache. */
export interface VerifiedCache {
  readonly damaged: readonly DamagedEntry[];
  /** How many there was no time for. */
  readonly left: number;
}

/** Holds all of each artifact to its digests, those used last first, until the signal. Throws POLICY for a folder in which others may write. */
export async function verifyCache({ path }: Pick<CacheOptions, "path">, signal: AbortSignal): Promise<VerifiedCache> {
  const folder = cacheFolder(path);
  const entries = hasCacheFolder(folder) ? listEntries(folder, readMetadata(folder.metadata)) : [];
  const damaged: DamagedEntry[] = [];
  for (const [i, entry] of entries.entries()) {
    if (signal.aborted) return { damaged, left: entries.length - i };
    const reading = await readEntry(entry.path, undefined, undefined);
    if (reading.kind === "bad") damaged.push({ entry, why: reading.why });
  }
  return { damaged, left: 0 };
}

/** Removes damaged artifacts, which are compiled anew when they are wanted, and what killed processes left. Gives the artifacts that are gone. */
export async function removeDamaged(
  { path }: Pick<CacheOptions, "path">,
  damaged: readonly DamagedEntry[],
): Promise<readonly DamagedEntry[]> {
  await removeLeftoversIn(cacheFolder(path).entries);
  const gone = new Set(removeEntries(damaged.map(({ entry }) => entry)));
  return damaged.filter(({ entry }) => gone.has(entry));
}
