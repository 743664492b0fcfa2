import { type ByteSource, quote } from "hodu-plugin-sdk";
import type { Place } from "../place.ts";
import { readExtraFields } from "./extra-fields.ts";
import { type Entry, HAS_DESCRIPTOR, type Listing } from "./read-directory.ts";
import { readUint64, wideNumbers } from "./wide-numbers.ts";

/** A member and where its data lie in the file. */
export interface Member extends Entry {
  readonly dataAt: number;
}

const SIGNATURE = 0x0403_4b50;
const FIXED_BYTES = 30;
const DESCRIPTOR_SIGNATURE = 0x0807_4b50;

/**
 * Finds the data of each member behind its own header (APPNOTE.TXT 4.3.7, 4.3.9), which must say what the list says. The members must
 * fill the file up to the list, without a byte between them: whoever reads the archive from its start finds the same ones.
 * They come in the order of the list. Throws BAD_TENSOR_FILE.
 */
export async function locateMembers(source: ByteSource, listing: Listing, place: Place): Promise<readonly Member[]> {
  const ordered = listing.entries.toSorted((one, other) => one.headerAt - other.headerAt);
  const dataStarts = new Map<string, number>();
  let expected = 0;
  for (const [i, entry] of ordered.entries()) {
    if (entry.headerAt !== expected) throw gap(expected, entry.headerAt, place);
    expected = ordered[i + 1]?.headerAt ?? listing.end;
    if (expected > listing.end) throw gap(listing.end, expected, place);
    dataStarts.set(entry.name, await locate(source, entry, expected, place));
  }
  if (expected !== listing.end) throw gap(expected, listing.end, place);
  return listing.entries.map((entry) => ({ ...entry, dataAt: dataStarts.get(entry.name)! }));
}

function gap(expected: number, found: number, place: Place): Error {
  return place.bad({
    found: `a member or the list of members at ${found}`,
    expected: `it at ${expected}, with nothing before it that belongs to none`,
    at: Math.min(found, expected),
  });
}

/** Where the data of a member begin, whose part of the file ends at `end`. */
async function locate(source: ByteSource, entry: Entry, end: number, place: Place): Promise<number> {
  const { headerAt: at, nameBytes } = entry;
  const cutOff = place.bad({ found: `no header of ${quote(entry.name)}`, expected: "one before its data", at });
  if (at + FIXED_BYTES > end) throw cutOff;
  const fixed = viewOf(await source.read(at, FIXED_BYTES));
  const nameEnd = FIXED_BYTES + fixed.getUint16(26, true);
  const dataAt = at + nameEnd + fixed.getUint16(28, true);
  if (fixed.getUint32(0, true) !== SIGNATURE || dataAt + entry.compressedSize > end) throw cutOff;
  const rest = await source.read(at + FIXED_BYTES, dataAt - at - FIXED_BYTES);
  const name = rest.subarray(0, nameEnd - FIXED_BYTES);
  const fields = readExtraFields(rest.subarray(name.length), at + nameEnd, place);
  const [size, compressedSize] = wideNumbers([fixed.getUint32(22, true), fixed.getUint32(18, true)], fields, at, place);
  const said = [fixed.getUint32(14, true), compressedSize, size];
  const same =
    Buffer.compare(name, nameBytes) === 0 &&
    fixed.getUint16(6, true) === entry.flags &&
    fixed.getUint16(8, true) === (entry.isDeflated ? 8 : 0) &&
    saysSame(said, entry);
  if (!same) {
    const found = `a header of ${quote(entry.name)} that differs from the list of members`;
    throw place.bad({ found, expected: "both to say the same", at });
  }
  await checkDescriptor(source, entry, dataAt + entry.compressedSize, end, place);
  return dataAt;
}

/** A header before a descriptor may leave checksum and sizes to it. */
function saysSame(said: readonly number[], { crc, compressedSize, size, flags }: Entry): boolean {
  const isOpen = (flags & HAS_DESCRIPTOR) !== 0;
  return [crc, compressedSize, size].every((number, i) => said[i] === number || (isOpen && said[i] === 0));
}

/** Checks that the descriptor, or nothing, stands between data and the end of the member. It may have a signature, and sizes of 4 or 8 bytes. */
async function checkDescriptor(source: ByteSource, entry: Entry, at: number, end: number, place: Place): Promise<void> {
  const hasOne = (entry.flags & HAS_DESCRIPTOR) !== 0;
  const length = end - at;
  if (!hasOne && length === 0) return;
  if (hasOne && [12, 16, 20, 24].includes(length)) {
    const view = viewOf(await source.read(at, length));
    const hasSignature = length % 8 === 0;
    const start = hasSignature ? 4 : 0;
    const [compressedSize, size] =
      length - start === 12
        ? [view.getUint32(start + 4, true), view.getUint32(start + 8, true)]
        : [readUint64(view, start + 4), readUint64(view, start + 12)];
    const isSigned = !hasSignature || view.getUint32(0, true) === DESCRIPTOR_SIGNATURE;
    const isSame = compressedSize === entry.compressedSize && size === entry.size;
    if (isSigned && isSame && view.getUint32(start, true) === entry.crc) return;
  }
  throw place.bad({
    found: `${length} bytes after the data of ${quote(entry.name)}`,
    expected: hasOne ? "its descriptor, saying what the list of members says" : "the next member",
    at,
  });
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
