import { type ByteSource, quote } from "hodu-plugin-sdk";
import { MAX_MEMBERS } from "../limits.ts";
import type { Place } from "../place.ts";
import { readExtraFields } from "./extra-fields.ts";
import { findDirectory } from "./find-directory.ts";
import { memberName } from "./member-name.ts";
import { wideNumbers } from "./wide-numbers.ts";

/** A member as the list at the end of the archive has it. */
export interface Entry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly isDeflated: boolean;
  readonly flags: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its own header lies. */
  readonly headerAt: number;
  /** Where its place in the list is. */
  readonly at: number;
}

/** The members, in the order of the list, and where they must end. */
export interface Listing {
  readonly entries: readonly Entry[];
  readonly end: number;
}

const SIGNATURE = 0x0201_4b50;
const FIXED_BYTES = 46;

/** Bit 3: sizes and checksum stand after the data, too. */
export const HAS_DESCRIPTOR = 1 << 3;
const IS_UTF8 = 1 << 11;
/** Bits 1 and 2 tell how hard the deflater tried. */
const KNOWN_FLAGS = HAS_DESCRIPTOR | IS_UTF8 | (1 << 1) | (1 << 2);
const ENCRYPTED = 1 | (1 << 6) | (1 << 13);

const [STORED, DEFLATED] = [0, 8];

/** Reads the list of members (APPNOTE.TXT 4.3.12), names checked, nothing twice. Throws BAD_TENSOR_FILE, UNSUPPORTED. */
export async function readDirectory(source: ByteSource, place: Place): Promise<Listing> {
  const { offset, size, count } = await findDirectory(source, place);
  if (count > MAX_MEMBERS) throw place.bad({ found: `${count} members`, expected: `at most ${MAX_MEMBERS}` });
  const bytes = await source.read(offset, size);
  const entries: Entry[] = [];
  const names = new Set<string>();
  let at = 0;
  while (at < bytes.length) {
    const { entry, end } = readEntry(bytes, at, offset, place);
    if (names.has(entry.name)) {
      throw place.bad({ found: `two members named ${quote(entry.name)}`, expected: "one", at: entry.at });
    }
    names.add(entry.name);
    entries.push(entry);
    at = end;
  }
  if (entries.length === count) return { entries, end: offset };
  throw place.bad({ found: `${entries.length} members`, expected: `the ${count} that its end tells of`, at: offset });
}

function readEntry(bytes: Uint8Array, start: number, offset: number, place: Place): { entry: Entry; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = offset + start;
  const cutOff = { found: "a list of members that is cut off or is none", expected: "whole entries", at };
  if (start + FIXED_BYTES > bytes.length || view.getUint32(start, true) !== SIGNATURE) throw place.bad(cutOff);
  const u16 = (field: number): number => view.getUint16(start + field, true);
  const u32 = (field: number): number => view.getUint32(start + field, true);
  const nameEnd = start + FIXED_BYTES + u16(28);
  const extraEnd = nameEnd + u16(30);
  const end = extraEnd + u16(32);
  if (end > bytes.length) throw place.bad(cutOff);
  const nameBytes = bytes.subarray(start + FIXED_BYTES, nameEnd);
  const flags = u16(8);
  const name = memberName(nameBytes, (flags & IS_UTF8) !== 0, at, place);
  const fields = readExtraFields(bytes.subarray(nameEnd, extraEnd), offset + nameEnd, place);
  const [size, compressedSize, headerAt] = wideNumbers([u32(24), u32(20), u32(42)], fields, at, place);
  if (u16(34) !== 0) throw place.bad({ found: "a member on another disk", expected: "one file", at });
  const isDeflated = checkForm(name, flags, u16(10), at, place) === DEFLATED;
  if (!isDeflated && compressedSize !== size) {
    throw place.bad({ found: `${compressedSize} stored bytes of ${quote(name)}`, expected: `its ${size}`, at });
  }
  return { entry: { name, nameBytes, isDeflated, flags, crc: u32(16), compressedSize, size, headerAt, at }, end };
}

/** The method of a member, which must be one that is known, without encryption. */
function checkForm(name: string, flags: number, method: number, at: number, place: Place): number {
  const what = quote(name);
  const expected = "members that are stored or deflated";
  const hint = "unzip x.npz";
  if ((flags & ENCRYPTED) !== 0) throw place.unsupported({ found: `${what} encrypted`, expected, at, hint });
  if (method !== STORED && method !== DEFLATED) {
    throw place.unsupported({ found: `${what} compressed by method ${method}`, expected, at, hint });
  }
  if ((flags & ~KNOWN_FLAGS) === 0) return method;
  throw place.bad({ found: `the flags ${flags} of ${what}`, expected: "known ones", at });
}
