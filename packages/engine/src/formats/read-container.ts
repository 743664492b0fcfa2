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
import type { ByteSource, CallContext } from "hodu-plugin-sdk";
import { newSha256 } from "#sha256";
import { pacer } from "../interp/drive.ts";
import { toHex } from "./hex.ts";

/** Parts that lie within this many bytes are read at once, and none of them is copied: it is the largest window that is mapped. */
const READ_AT_ONCE_BYTES = 2 ** 30;

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
  const start = await source.read(0, Math.min(PREFIX_BYTES, source.size));
  const prefix = decodePrefix(kind, start, source);
  const place: HeaderPlace = { kind, file: source.name, offset: prefix.headerOffset, end: prefix.size - DIGEST_BYTES };
  await checkTail(source, start, place, pace);
  const header = decodeHeader(await source.read(prefix.headerOffset, prefix.headerLength), place);
  const parts = await readParts(source, header, pace);
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

async function checkTail(source: ByteSource, start: Uint8Array, place: HeaderPlace, pace: Pace): Promise<void> {
  const hash = newSha256();
  hash.update(start);
  const length = place.end - place.offset;
  // a small tail is read once, as it is read again; a large one in pieces that are not kept
  const isSmall = length <= SMALL_TAIL_BYTES;
  const pieces = isSmall ? [await source.read(place.offset, length)] : source.chunks(place.offset, length);
  for await (const piece of pieces) {
    hash.update(piece);
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  const found = toHex(hash.digest());
  const expected = toHex(await source.read(place.end, DIGEST_BYTES));
  if (found === expected) return;
  throw containerError(place.kind, source.name, {
    field: "digest",
    offset: place.end,
    found: `SHA-256 ${found} of prefix, header and parts`,
    expected: `${expected}: the file is damaged`,
  });
}

async function readParts(source: ByteSource, { parts }: Header, pace: Pace): Promise<readonly Uint8Array[]> {
  const last = parts.at(-1);
  if (last === undefined) return [];
  const from = parts[0].offset;
  const span = last.offset + last.length - from;
  if (span <= READ_AT_ONCE_BYTES) {
    const bytes = await source.read(from, span);
    return parts.map(({ offset, length }) => bytes.subarray(offset - from, offset - from + length));
  }
  const read: Uint8Array[] = [];
  for (const { offset, length } of parts) {
    read.push(await source.read(offset, length));
    const turn = pace();
    if (turn !== undefined) await turn;
  }
  return read;
}
