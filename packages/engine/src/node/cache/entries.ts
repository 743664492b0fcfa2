import { createHash } from "node:crypto";
import { type Dirent, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CacheKey } from "../../cache/cache-key.ts";
import type { CacheFolder } from "./cache-folder.ts";
import type { Metadata } from "./metadata.ts";

/** An artifact's file. */
export interface CacheEntry {
  readonly file: string;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly used: number;
  /** The model's file as the user named it. */
  readonly model: string | undefined;
  /** As the file's name tells them. */
  readonly hash: string;
  readonly device: string;
  readonly backend: string;
}

/** `HASH_DEVICE_BACKEND-VARIANT.cache`: the variant stands for the rest of the key. */
const NAME = /^([0-9a-f]{64})_([a-z0-9-]+)_([a-z0-9-]+)-[0-9a-f]{16}\.cache$/;

/** The file of an artifact. */
export function entryFile({ model, device, backend, text }: CacheKey): string {
  return `${model}_${plain(device)}_${plain(backend)}-${variantOf(text)}.cache`;
}

/** Whether the name of a file is that of a key. */
export const isNameOf = (file: string, key: string): boolean => file.endsWith(`-${variantOf(key)}.cache`);

const variantOf = (key: string): string => createHash("sha256").update(key).digest("hex").slice(0, 16);

/** All artifacts, the one used last first. What is no artifact of ours is left out. */
export function listEntries(folder: CacheFolder, metadata: Metadata): CacheEntry[] {
  const entries = read(folder.entries).flatMap(({ name }): CacheEntry[] => {
    const match = NAME.exec(name);
    const stats = match && lstatSync(join(folder.entries, name), { throwIfNoEntry: false });
    if (match === null || stats === null || stats === undefined) return [];
    const note = metadata.entries.get(name);
    return [
      {
        file: name,
        path: join(folder.entries, name),
        bytes: stats.size,
        used: note?.used ?? Math.min(stats.mtimeMs, Date.now()),
        model: note?.model,
        hash: match[1],
        device: match[2],
        backend: match[3],
      },
    ];
  });
  return entries.sort((a, b) => b.used - a.used || (a.file < b.file ? -1 : 1));
}

/** Takes entries out of the cache. One that cannot be removed is left. */
export function removeEntries(entries: readonly CacheEntry[]): CacheEntry[] {
  return entries.filter(({ path }) => {
    try {
      rmSync(path, { force: true, recursive: true });
      return true;
    } catch {
      return false;
    }
  });
}

/** Those that a cache of `maxBytes` has no place for when `bytes` more come, or that were not used for `maxAge` milliseconds. `all`: the last used first. */
export function surplus(all: readonly CacheEntry[], bytes: number, maxBytes: number, maxAge: number): CacheEntry[] {
  let total = bytes;
  const oldest = Date.now() - maxAge;
  return all.filter((entry) => {
    if (entry.used < oldest || total + entry.bytes > maxBytes) return true;
    total += entry.bytes;
    return false;
  });
}

function read(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** A part of a file's name: letters, digits and hyphens, on every system. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
