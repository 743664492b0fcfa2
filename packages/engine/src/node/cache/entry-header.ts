import { createHash } from "node:crypto";
import type { Artifact } from "hodu-plugin-sdk";
import type { KeptReport } from "../../cache/artifact-cache.ts";
import type { CacheKey } from "../../cache/cache-key.ts";
import { ALIGNMENT, BLOCK_BYTES, MAX_HEADER_BYTES } from "./limits.ts";

/** What stands before an artifact in its file. */
export interface EntryHeader {
  /** The text of the key. */
  readonly key: string;
  readonly artifact: Omit<Artifact, "bytes" | "report" | "isVerified">;
  readonly report: KeptReport | undefined;
  /** Bytes of the artifact. */
  readonly length: number;
  /** SHA-256 (hex) of each BLOCK_BYTES of it. */
  readonly blocks: readonly string[];
}

/** `HODUART` and the version of this layout. */
const MAGIC = "HODUART1";
const DIGEST_AT = 16;
/** Magic, length of the header, four bytes of zeros, the header's SHA-256. */
export const PREFIX_BYTES = 48;

/** Where the artifact begins, for a header of so many bytes. */
export const artifactOffset = (headerBytes: number): number =>
  Math.ceil((PREFIX_BYTES + headerBytes) / ALIGNMENT) * ALIGNMENT;

/** All that stands before an artifact, zeros up to its offset included. */
export function encodeHeader({ text }: CacheKey, { bytes, report, ...artifact }: Artifact): Uint8Array {
  const header: EntryHeader = {
    key: text,
    artifact: {
      backend: artifact.backend,
      version: artifact.version,
      device: artifact.device,
      precision: artifact.precision,
    },
    report: report && kept(report),
    length: bytes.length,
    blocks: blocksOf(bytes).map(digestOf),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const whole = new Uint8Array(artifactOffset(json.length));
  whole.set(new TextEncoder().encode(MAGIC));
  new DataView(whole.buffer).setUint32(MAGIC.length, json.length, true);
  whole.set(createHash("sha256").update(json).digest(), DIGEST_AT);
  whole.set(json, PREFIX_BYTES);
  return whole;
}

/** Bytes of the header that a prefix announces; undefined for what is none of ours. */
export function headerLength(prefix: Uint8Array): number | undefined {
  if (new TextDecoder("latin1").decode(prefix.subarray(0, MAGIC.length)) !== MAGIC) return undefined;
  const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(MAGIC.length, true);
  return length <= MAX_HEADER_BYTES ? length : undefined;
}

/** The header of an entry whose prefix is that; undefined when its digest is another. */
export function decodeHeader(prefix: Uint8Array, json: Uint8Array): EntryHeader | undefined {
  const digest = createHash("sha256").update(json).digest();
  if (!digest.equals(prefix.subarray(DIGEST_AT, PREFIX_BYTES))) return undefined;
  // Whoever can make this digest can as well write the artifact: the form needs no second check.
  return JSON.parse(new TextDecoder().decode(json)) as EntryHeader;
}

/** The pieces of an artifact that have digests. */
export function blocksOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / BLOCK_BYTES);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES));
}

/** SHA-256 as hex. */
export const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Reports hold lists alone as long as the model is; dumps are made again when they are wanted. */
const kept = ({ optimizations, kernels, calls, arenaBytes, constantBytes, phases }: KeptReport): KeptReport => ({
  optimizations,
  kernels,
  calls,
  arenaBytes,
  constantBytes,
  phases,
});
