import {
  type ContainerKind,
  containerError,
  decodeHeader,
  decodePrefix,
  DIGEST_BYTES,
  type Header,
  type HeaderPlace,
  type Prefix,
  PREFIX_BYTES,
} from "@hodu/core/container";
import { PartReader } from "@hodu/core/wire";
import { type ByteSource, type CallContext, chunksByReading, newSha256, pacer, toHex } from "hodu-plugin-sdk";

/** Parts that lie within this many bytes are read at once, and none of them is copied: it is the largest window that is mapped. */
const READ_AT_ONCE_BYTES = 2 ** 30;

/** Tails of up to this size are kept in memory; the header of a large model with 1,000 nodes has a third of it. */
const SMALL_TAIL_BYTES = 2 ** 20;

/** A container that is whole: its weights may be damaged yet, all else is what was written. */
export interface OpenContainer {
  readonly prefix: Prefix;
  readonly place: HeaderPlace;
  readonly members: object;
  readonly parts: PartReader;
}

/** Reads the header and the parts of a container and checks their digest. Throws BAD_MODEL or BAD_TENSOR_FILE, UNSUPPORTED, ABORTED. */
export async function readContainer(
  kind: ContainerKind,
  source: ByteSource,
  { signal }: CallContext,
): Promise<OpenContainer> {
  const pace = pacer(signal, `read the file`);
  const start = await copyOf(source, 0, Math.min(PREFIX_BYTES, source.size));
  const prefix = decodePrefix(kind, start, source);
  const place: HeaderPlace = { kind, file: source.name, offset: prefix.headerOffset, end: prefix.size - DIGEST_BYTES };
  const tail = await openTail(source, place.offset, prefix.size - place.offset);
  await checkTail(tail, start, place, pace);
  const header = decodeHeader(await tail.read(prefix.headerOffset, prefix.headerLength), place);
  const parts = await readParts(tail, header, pace);
  const refuse = (member: string, found: string, expected: string, cause?: unknown): Error =>
    containerError(kind, source.name, {
      field: member === "" ? "header" : `header.${member}`,
      offset: place.offset,
      found,
      expected,
      cause,
    });
  return { prefix, place, members: header.members, parts: new PartReader(parts, refuse) };
}

type Pace = () => Promise<void> | undefined;

/** What stands after the weights: header, parts and digest, by places in the file. */
type Tail = Pick<ByteSource, "read" | "chunks">;

/** A small tail is read at once, so that nothing is mapped before a weight is wanted. */
async function openTail(source: ByteSource, offset: number, length: number): Promise<Tail> {
  if (length > SMALL_TAIL_BYTES) return source;
  const bytes = await copyOf(source, offset, length);
  const tail: Tail = {
    read: async (from, count) => bytes.subarray(from - offset, from - offset + count),
    chunks: (from, count) => chunksByReading(tail, from, count),
  };
  return tail;
}

async function copyOf(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const piece of source.chunks(offset, length)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

async function checkTail(tail: Tail, start: Uint8Array, place: HeaderPlace, pace: Pace): Promise<void> {
  const hash = newSha256();
  hash.update(start);
  for await (const piece of tail.chunks(place.offset, place.end - place.offset)) {
    hash.update(piece);
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  const found = toHex(hash.digest());
  const expected = toHex(await tail.read(place.end, DIGEST_BYTES));
  if (found === expected) return;
  throw containerError(place.kind, place.file, {
    field: "digest",
    offset: place.end,
    found: `SHA-256 ${found} of prefix, header and parts`,
    expected: `${expected}: the file is damaged`,
  });
}

async function readParts(tail: Tail, { parts }: Header, pace: Pace): Promise<readonly Uint8Array[]> {
  const last = parts.at(-1);
  if (last === undefined) return [];
  const from = parts[0].offset;
  const span = last.offset + last.length - from;
  if (span <= READ_AT_ONCE_BYTES) {
    const bytes = await tail.read(from, span);
    return parts.map(({ offset, length }) => bytes.subarray(offset - from, offset - from + length));
  }
  const read: Uint8Array[] = [];
  for (const { offset, length } of parts) {
    read.push(await tail.read(offset, length));
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  return read;
}
