import { HoduError } from "../../errors/hodu-error.ts";
import { quote } from "../../errors/quote.ts";
import { SNAPSHOT_OPSET } from "../../snapshot/types.ts";
import { type ContainerFault, type ContainerKind, containerError } from "./container-error.ts";
import { ALIGNMENT, MAX_HEADER_BYTES } from "./limits.ts";

/** The version of the container that this release writes and reads. */
const CONTAINER_VERSION = 1;

/** Bytes before the first weight. */
export const PREFIX_BYTES = 64;

/** Bytes of the SHA-256 at the end of the file. */
export const DIGEST_BYTES = 32;

/** Non-ASCII, then the name, then what a transfer as text changes: as PNG has it. */
const MAGIC: Readonly<Record<ContainerKind, readonly number[]>> = {
  hdss: [0x89, 0x48, 0x44, 0x53, 0x53, 0x0d, 0x0a, 0x1a],
  hdt: [0x89, 0x48, 0x44, 0x54, 0x20, 0x0d, 0x0a, 0x1a],
};

/** The first 64 bytes of a container, as numbers. Layout: docs/format-hdss.md. */
export interface Prefix {
  /** Version of ai.onnx that the Snapshot is in; 0 in .hdt. */
  readonly opset: number;
  readonly headerOffset: number;
  readonly headerLength: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** A file by its name and size in bytes. */
export interface SizedFile {
  readonly name: string;
  readonly size: number;
}

export function encodePrefix(kind: ContainerKind, prefix: Prefix): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC[kind]);
  view.setUint32(8, CONTAINER_VERSION, true);
  view.setUint32(12, prefix.opset, true);
  view.setBigUint64(16, BigInt(prefix.headerOffset), true);
  view.setBigUint64(24, BigInt(prefix.headerLength), true);
  view.setBigUint64(32, BigInt(prefix.size), true);
  return bytes;
}

/**
 * Reads the first bytes of a file (64, or all of a shorter one) and holds them to the file's size.
 * Throws BAD_MODEL or BAD_TENSOR_FILE for a damaged file, UNSUPPORTED for one of a later version or opset.
 */
export function decodePrefix(kind: ContainerKind, bytes: Uint8Array, file: SizedFile): Prefix {
  const fail = (field: string, offset: number, found: string, expected: string): never => {
    throw containerError(kind, file.name, { field, offset, found, expected } satisfies ContainerFault);
  };
  if (bytes.length < 12) fail("prefix", 0, `${bytes.length} bytes`, `at least ${PREFIX_BYTES + DIGEST_BYTES}`);
  checkMagic(kind, bytes, fail);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(8, true);
  if (version > CONTAINER_VERSION) throw newer(file, `version ${version}`, String(CONTAINER_VERSION));
  if (version === 0) fail("version", 8, "0", String(CONTAINER_VERSION));
  if (bytes.length < PREFIX_BYTES) {
    fail("prefix", 0, `${bytes.length} bytes`, `at least ${PREFIX_BYTES + DIGEST_BYTES}: the file is cut off`);
  }
  const natural = (at: number, field: string): number => {
    const value = view.getBigUint64(at, true);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : fail(field, at, String(value), "less than 2^53");
  };
  const prefix: Prefix = {
    opset: view.getUint32(12, true),
    headerOffset: natural(16, "header offset"),
    headerLength: natural(24, "header length"),
    size: natural(32, "file size"),
  };
  checkOpset(prefix.opset, kind === "hdss" ? SNAPSHOT_OPSET : 0, file, fail);
  checkPlaces(prefix, file, fail);
  return prefix;
}

type Fail = (field: string, offset: number, found: string, expected: string) => never;

function checkMagic(kind: ContainerKind, bytes: Uint8Array, fail: Fail): void {
  const starts = (magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
  if (starts(MAGIC[kind])) return;
  const expected = `the magic of .${kind}`;
  if (starts(MAGIC[kind === "hdss" ? "hdt" : "hdss"])) {
    fail("magic", 0, kind === "hdss" ? "a Hodu tensor file" : "a Hodu model", expected);
  }
  if (starts(MAGIC[kind].slice(0, 5))) {
    fail("magic", 5, "changed line ends", `${expected}: the file was copied as text, copy it as binary`);
  }
  const found = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  fail("magic", 0, `bytes ${found}`, expected);
}

function checkOpset(opset: number, own: number, file: SizedFile, fail: Fail): void {
  if (own > 0 && opset > own) throw newer(file, `opset ${opset}`, String(own));
  if (opset !== own) fail("opset", 12, String(opset), String(own));
}

function checkPlaces({ headerOffset, headerLength, size }: Prefix, file: SizedFile, fail: Fail): void {
  if (file.size < size) fail("file size", 32, `${file.size} bytes`, `${size}: the file is cut off`);
  if (file.size > size) fail("file size", 32, `${file.size} bytes`, `${size}: there are bytes after the end`);
  if (headerOffset < PREFIX_BYTES || headerOffset % ALIGNMENT !== 0) {
    fail("header offset", 16, String(headerOffset), `a multiple of ${ALIGNMENT} after the prefix`);
  }
  if (headerOffset + headerLength + DIGEST_BYTES > size) {
    fail("header length", 24, `a header that ends at ${headerOffset + headerLength}`, `at most ${size - DIGEST_BYTES}`);
  }
  if (headerLength > MAX_HEADER_BYTES) fail("header length", 24, String(headerLength), `at most ${MAX_HEADER_BYTES}`);
}

/** The error for a file that is whole but of a later release. */
export function newer(file: SizedFile, found: string, read: string): HoduError {
  return new HoduError(
    "UNSUPPORTED",
    `Cannot read ${quote(file.name)}: it was written by a newer Hodu: found ${found}, this one reads ${read} and older`,
    { hint: "npm install --global hodu@latest", where: { file: file.name } },
  );
}
