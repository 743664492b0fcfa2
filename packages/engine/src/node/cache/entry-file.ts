import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { type Artifact, type ByteSource, nextTurn } from "hodu-plugin-sdk";
import type { CacheKey } from "../../cache/cache-key.ts";
import { writeFileSafely } from "../file-sink.ts";
import { fileSource } from "../file-source.ts";
import { type FileStamp, stampOf } from "../file-stamp.ts";
import {
  artifactOffset,
  blocksOf,
  decodeHeader,
  digestOf,
  encodeHeader,
  headerLength,
  PREFIX_BYTES,
} from "./entry-header.ts";
import { isNameOf } from "./entries.ts";
import { ALWAYS_CHECKED_BYTES, BLOCK_BYTES, FUTURE_MS } from "./limits.ts";

/** What came of looking for an artifact in a file. */
export type EntryReading =
  | { readonly kind: "none" }
  /** There is a file, but not of this artifact, or damaged: it is not to be used. */
  | { readonly kind: "bad"; readonly why: string }
  | {
      readonly kind: "good";
      /** A view of the mapped file where it is large. */
      readonly artifact: Artifact;
      readonly stamp: FileStamp;
      /** Whether all of it was held to its digests now. */
      readonly isChecked: boolean;
    };

/**
 * The artifact of a key in a file, or of any key that is the file's own, held to its digests: all of it, or, where `seal` says that this state of the file was found whole before,
 * its first ALWAYS_CHECKED_BYTES. Never throws for what stands in the file or is in its place.
 */
export async function readEntry(
  path: string,
  key: CacheKey | undefined,
  seal: string | undefined,
): Promise<EntryReading> {
  const opened = openEntry(path);
  if (!("source" in opened)) return opened;
  const { source } = opened;
  if (source.size < PREFIX_BYTES) return bad("it is cut off");
  const prefix = await source.read(0, PREFIX_BYTES);
  const length = headerLength(prefix);
  if (length === undefined) return bad("it does not begin as an entry does");
  const offset = artifactOffset(length);
  if (offset > source.size) return bad("it is cut off");
  const header = decodeHeader(prefix, await source.read(PREFIX_BYTES, length));
  if (header === undefined) return bad("the digest of its header is another");
  if (key === undefined ? !isNameOf(path, header.key) : header.key !== key.text)
    return bad("it is another model's, or was compiled otherwise");
  if (offset + header.length !== source.size) return bad("it has another size than its header says");
  const stamp = stampOf(source)!;
  const isChecked = seal !== stamp.text || header.length <= ALWAYS_CHECKED_BYTES;
  const bytes = await source.read(offset, header.length);
  const blocks = blocksOf(bytes);
  for (const [i, block] of blocks.entries()) {
    if (!isChecked && i * BLOCK_BYTES >= ALWAYS_CHECKED_BYTES) break;
    if (digestOf(block) !== header.blocks[i]) return bad(`the digest of its block ${i} is another`);
    await nextTurn();
  }
  const { report } = header;
  const artifact = { ...header.artifact, bytes, isVerified: true, ...(report && { report: { ...report, dumps: [] } }) };
  return { kind: "good", artifact, stamp, isChecked };
}

/** Bytes of an artifact's file; more for one of gigabytes, whose header is longer. */
export const leastEntryBytes = ({ bytes }: Artifact): number => artifactOffset(0) + bytes.length;

/** Writes an artifact, as a whole or not at all. Throws CANNOT_CREATE, IO. */
export async function writeEntry(path: string, key: CacheKey, artifact: Artifact): Promise<void> {
  await writeFileSafely(path, {}, async (sink) => {
    await sink.write(encodeHeader(key, artifact));
    for (const block of blocksOf(artifact.bytes)) await sink.write(block);
  });
}

/** Opens what is no link, belongs to this user and is from the past. */
function openEntry(path: string): { readonly source: ByteSource } | Exclude<EntryReading, { readonly kind: "good" }> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return { kind: "none" };
  if (!there.isFile()) return bad("it is no regular file");
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  const stats = fstatSync(descriptor, { bigint: true });
  const self = process.geteuid?.();
  const why = !stats.isFile()
    ? "it is no regular file"
    : self !== undefined && Number(stats.uid) !== self
      ? "it belongs to another user"
      : Number(stats.mtimeMs) > Date.now() + FUTURE_MS
        ? "it is from the future"
        : undefined;
  if (why === undefined) return { source: fileSource(path, path, { descriptor, size: Number(stats.size), stats }) };
  closeSync(descriptor);
  return bad(why);
}

const bad = (why: string): EntryReading & { readonly kind: "bad" } => ({ kind: "bad", why });
