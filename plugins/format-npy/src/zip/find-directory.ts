import type { ByteSource } from "hodu-plugin-sdk";
import type { Place } from "../place.ts";
import { readUint64 } from "./wide-numbers.ts";

/** Where the list of members lies, and how many there are. */
export interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

const END = { signature: 0x0605_4b50, bytes: 22 } as const;
const LOCATOR = { signature: 0x0706_4b50, bytes: 20 } as const;
const END64 = { signature: 0x0606_4b50, bytes: 56 } as const;
const MAX_COMMENT = 0xffff;

/**
 * Finds the list of members of a zip archive (APPNOTE.TXT 4.3.14 to 4.3.16) from the end of the file. Everything after the list must be
 * the records of its end, so that no other reader can find another one. Throws BAD_TENSOR_FILE.
 */
export async function findDirectory(source: ByteSource, place: Place): Promise<Directory> {
  const start = Math.max(0, source.size - END.bytes - MAX_COMMENT - LOCATOR.bytes - END64.bytes);
  const tail = await source.read(start, source.size - start);
  const at = findEnd(tail, start, place);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const end = readEnd(view, at, start + at, place);
  const directory = readEnd64(view, at, start, end, place);
  const expectedEnd = directory === end ? start + at : start + at - LOCATOR.bytes - END64.bytes;
  if (directory.offset + directory.size === expectedEnd) return directory;
  throw place.bad({
    found: `a list of members at ${directory.offset}..${directory.offset + directory.size}`,
    expected: `it to end at ${expectedEnd}, where the end of the archive begins`,
    at: start + at,
  });
}

/** The last record of the end, whose comment must reach to the end of the file. */
function findEnd(tail: Uint8Array, start: number, place: Place): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let at = tail.length - END.bytes;
  while (at >= 0 && view.getUint32(at, true) !== END.signature) at--;
  if (at < 0)
    throw place.bad({ found: "no end of the archive", expected: "a whole zip archive", at: start + tail.length });
  const comment = tail.subarray(at + END.bytes);
  const length = view.getUint16(at + END.bytes - 2, true);
  if (length !== comment.length) {
    throw place.bad({
      found: `${comment.length} bytes after the end of the archive`,
      expected: `the ${length} of its comment`,
      at: start + at,
    });
  }
  if (holdsSignature(comment)) {
    throw place.bad({ found: "a comment with parts of an archive", expected: "text", at: start + at + END.bytes });
  }
  return at;
}

/** Parts of an archive begin with PK and two small numbers. */
function holdsSignature(bytes: Uint8Array): boolean {
  return bytes.some((byte, i) => byte === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] < 0x20);
}

function readEnd(view: DataView, at: number, offset: number, place: Place): Directory {
  const [disk, directoryDisk, countHere] = [4, 6, 8].map((field) => view.getUint16(at + field, true));
  const count = view.getUint16(at + 10, true);
  if (disk !== 0 || directoryDisk !== 0 || countHere !== count) {
    throw place.bad({ found: "an archive of several disks", expected: "one file", at: offset });
  }
  return { count, size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
}

/** The records of a zip64 archive before its end, which must say the same; `end` itself where there are none. */
function readEnd64(view: DataView, endAt: number, start: number, end: Directory, place: Place): Directory {
  const locator = endAt - LOCATOR.bytes;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR.signature) return end;
  const at = locator - END64.bytes;
  const isRight =
    at >= 0 &&
    view.getUint32(locator + 4, true) === 0 &&
    readUint64(view, locator + 8) === start + at &&
    view.getUint32(locator + 16, true) === 1 &&
    view.getUint32(at, true) === END64.signature &&
    readUint64(view, at + 4) === END64.bytes - 12 &&
    view.getUint32(at + 16, true) === 0 &&
    view.getUint32(at + 20, true) === 0 &&
    readUint64(view, at + 24) === readUint64(view, at + 32);
  const wide = isRight
    ? { count: readUint64(view, at + 32), size: readUint64(view, at + 40), offset: readUint64(view, at + 48) }
    : undefined;
  if (
    wide !== undefined &&
    agree(end.count, wide.count, 0xffff) &&
    agree(end.size, wide.size) &&
    agree(end.offset, wide.offset)
  ) {
    return wide;
  }
  throw place.bad({
    found: "zip64 records that do not fit the end of the archive",
    expected: "one of 56 bytes right before its locator, saying the same",
    at: start + locator,
  });
}

/** Whether a number is the wide one, or says that it stands there. */
const agree = (number: number, wide: number, mark = 0xffff_ffff): boolean => number === wide || number === mark;
