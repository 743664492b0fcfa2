import { IN_ZIP64 } from "./wide-numbers.ts";

/** A stored member of an archive in the making. */
export interface StoredMember {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
  /** Where its header lies. */
  readonly headerAt: number;
}

/** Data begin at multiples of this, so that arrays can be read in place. */
const ALIGNMENT = 64;
/** "Padding" of zipalign: the alignment, then zeros. Readers pass over it. */
const ALIGNMENT_FIELD = 0xd935;
const ZIP64_FIELD = 0x0001;
/** The first day that zip knows, which NumPy writes too: the same arrays give the same bytes. */
const DATE = (1 << 5) | 1;
const IS_UTF8 = 1 << 11;
const [VERSION, VERSION_ZIP64] = [20, 45];
/** Written on Unix, readable and writable for the owner, as NumPy has it. */
const [MADE_ON_UNIX, ATTRIBUTES] = [3 << 8, 0o600 << 16];

type Field = readonly [value: number, bytes: 2 | 4 | 8];

/** What stands before the data of a member (APPNOTE.TXT 4.3.7). */
export function localHeader(member: StoredMember): Uint8Array {
  const name = Buffer.from(member.name);
  const isWide = member.size >= IN_ZIP64;
  const wide: readonly Field[] = isWide
    ? [
        [ZIP64_FIELD, 2],
        [16, 2],
        [member.size, 8],
        [member.size, 8],
      ]
    : [];
  const unpadded = member.headerAt + 30 + name.length + sizeOf(wide) + 6;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const extra = pack([...wide, [ALIGNMENT_FIELD, 2], [2 + padding, 2], [ALIGNMENT, 2]]);
  const size = isWide ? IN_ZIP64 : member.size;
  const fixed = pack([
    [0x0403_4b50, 4],
    ...formOf(member, isWide),
    [size, 4],
    [size, 4],
    [name.length, 2],
    [extra.length + padding, 2],
  ]);
  return Buffer.concat([fixed, name, extra, new Uint8Array(padding)]);
}

/** The place of a member in the list at the end of the archive (APPNOTE.TXT 4.3.12). */
export function directoryEntry(member: StoredMember): Uint8Array {
  const name = Buffer.from(member.name);
  const sizes: readonly Field[] =
    member.size >= IN_ZIP64
      ? [
          [member.size, 8],
          [member.size, 8],
        ]
      : [];
  const offset: readonly Field[] = member.headerAt >= IN_ZIP64 ? [[member.headerAt, 8]] : [];
  const wide = [...sizes, ...offset];
  const extra = wide.length === 0 ? pack([]) : pack([[ZIP64_FIELD, 2], [sizeOf(wide), 2], ...wide]);
  const size = Math.min(member.size, IN_ZIP64);
  const isWide = wide.length > 0;
  const fixed = pack([
    [0x0201_4b50, 4],
    [MADE_ON_UNIX | (isWide ? VERSION_ZIP64 : VERSION), 2],
    ...formOf(member, isWide),
    [size, 4],
    [size, 4],
    [name.length, 2],
    [extra.length, 2],
    [0, 2],
    [0, 2],
    [0, 2],
    [ATTRIBUTES, 4],
    [Math.min(member.headerAt, IN_ZIP64), 4],
  ]);
  return Buffer.concat([fixed, name, extra]);
}

/** Version, flags, method, time, date and checksum. */
function formOf({ name, crc }: StoredMember, isWide: boolean): readonly Field[] {
  const isAscii = /^[\0-\x7f]*$/.test(name);
  return [
    [isWide ? VERSION_ZIP64 : VERSION, 2],
    [isAscii ? 0 : IS_UTF8, 2],
    [0, 2],
    [0, 2],
    [DATE, 2],
    [crc, 4],
  ];
}

/** What stands after the list of members (APPNOTE.TXT 4.3.14 to 4.3.16). */
export function endOfArchive(count: number, offset: number, size: number): Uint8Array {
  const isWide = count >= 0xffff || offset >= IN_ZIP64 || size >= IN_ZIP64;
  const at = offset + size;
  const end64: readonly Field[] = [
    [0x0606_4b50, 4],
    [44, 8],
    [MADE_ON_UNIX | VERSION_ZIP64, 2],
    [VERSION_ZIP64, 2],
    [0, 4],
    [0, 4],
    [count, 8],
    [count, 8],
    [size, 8],
    [offset, 8],
    [0x0706_4b50, 4],
    [0, 4],
    [at, 8],
    [1, 4],
  ];
  const counts: Field = [Math.min(count, 0xffff), 2];
  return pack([
    ...(isWide ? end64 : []),
    [0x0605_4b50, 4],
    [0, 2],
    [0, 2],
    counts,
    counts,
    [Math.min(size, IN_ZIP64), 4],
    [Math.min(offset, IN_ZIP64), 4],
    [0, 2],
  ]);
}

const sizeOf = (fields: readonly Field[]): number => fields.reduce((sum, [, bytes]) => sum + bytes, 0);

function pack(fields: readonly Field[]): Uint8Array {
  const out = new DataView(new ArrayBuffer(sizeOf(fields)));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 2) out.setUint16(at, value, true);
    else if (bytes === 4) out.setUint32(at, value, true);
    else out.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return new Uint8Array(out.buffer);
}
