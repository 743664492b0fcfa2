import { crc32, deflateRawSync } from "node:zlib";

/** What a header of a member says where it lies. */
interface ZipFields {
  readonly name: string | Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly extra: Uint8Array;
  readonly headerAt: number;
}

/** A member as it should be, and what its headers say instead. */
export interface ZipMember {
  readonly name: string;
  readonly data: Uint8Array;
  readonly isDeflated?: boolean;
  /** What both headers say. */
  readonly both?: Partial<ZipFields>;
  readonly local?: Partial<ZipFields>;
  readonly central?: Partial<ZipFields>;
  /** Bytes after the data. */
  readonly after?: Uint8Array;
  readonly isUnlisted?: boolean;
}

/** What is wrong with the archive as a whole. */
export interface ZipOptions {
  readonly prefix?: Uint8Array;
  readonly suffix?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly end?: Partial<{ disk: number; count: number; size: number; offset: number; commentLength: number }>;
  /** Zip64 records before the end, with what they say instead. */
  readonly end64?: Partial<{
    size: number;
    count: number;
    offset: number;
    at: number;
    disks: number;
    data: Uint8Array;
  }>;
}

export const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];
export const u32 = (value: number): number[] => [...u16(value), ...u16(value >>> 16)];
export const u64 = (value: number): number[] => [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];

/** An extra field. */
export const extraField = (id: number, ...bytes: number[]): Uint8Array =>
  Uint8Array.of(...u16(id), ...u16(bytes.length), ...bytes);

/** What stands after data whose size was not known. */
export function descriptor(data: Uint8Array, wrong: Partial<Record<"crc" | "compressedSize" | "size", number>> = {}) {
  const { crc = crc32(data), compressedSize = data.length, size = data.length } = wrong;
  return Uint8Array.of(...u32(0x0807_4b50), ...u32(crc), ...u32(compressedSize), ...u32(size));
}

/** A zip archive, as wrong as asked for. */
export function zipBytes(members: readonly ZipMember[], options: ZipOptions = {}): Uint8Array {
  const parts: Uint8Array[] = [options.prefix ?? new Uint8Array(0)];
  const list: Uint8Array[] = [];
  let at = parts[0].length;
  for (const member of members) {
    const stored = member.isDeflated === true ? deflateRawSync(member.data) : member.data;
    const fields = fieldsOf(member, stored, at);
    const header = localHeader({ ...fields, ...member.local });
    parts.push(header, stored, member.after ?? new Uint8Array(0));
    if (member.isUnlisted !== true) list.push(listEntry({ ...fields, ...member.central }));
    at += header.length + stored.length + (member.after?.length ?? 0);
  }
  const size = list.reduce((sum, { length }) => sum + length, 0);
  return new Uint8Array(Buffer.concat([...parts, ...list, ...endOf(list.length, at, size, options)]));
}

function fieldsOf({ name, data, isDeflated, both }: ZipMember, stored: Uint8Array, headerAt: number): ZipFields {
  return {
    name,
    flags: /^[\0-~]*$/.test(name) ? 0 : 1 << 11,
    method: isDeflated === true ? 8 : 0,
    crc: crc32(data),
    compressedSize: stored.length,
    size: data.length,
    extra: new Uint8Array(0),
    headerAt,
    ...both,
  };
}

function formOf({ flags, method, crc, compressedSize, size }: ZipFields): number[] {
  return [...u16(20), ...u16(flags), ...u16(method), 0, 0, 33, 0, ...u32(crc), ...u32(compressedSize), ...u32(size)];
}

function localHeader(fields: ZipFields): Uint8Array {
  const name = Buffer.from(fields.name);
  const lengths = [...u16(name.length), ...u16(fields.extra.length)];
  return Buffer.concat([Uint8Array.of(...u32(0x0403_4b50), ...formOf(fields), ...lengths), name, fields.extra]);
}

function listEntry(fields: ZipFields): Uint8Array {
  const name = Buffer.from(fields.name);
  const lengths = [...u16(name.length), ...u16(fields.extra.length), ...u16(0)];
  const fixed = [...u32(0x0201_4b50), ...u16(20), ...formOf(fields), ...lengths, ...u32(0), ...u32(0)];
  return Buffer.concat([Uint8Array.of(...fixed, ...u32(fields.headerAt)), name, fields.extra]);
}

function endOf(count: number, offset: number, size: number, options: ZipOptions): Uint8Array[] {
  const { end = {}, end64, comment = new Uint8Array(0), suffix = new Uint8Array(0) } = options;
  const wide: number[] = [];
  if (end64 !== undefined) {
    const data = end64.data ?? new Uint8Array(0);
    const numbers = [end64.count ?? count, end64.count ?? count, end64.size ?? size, end64.offset ?? offset];
    wide.push(...u32(0x0606_4b50), ...u64(44 + data.length), ...u16(45), ...u16(45), ...u64(0));
    wide.push(...numbers.flatMap(u64), ...data);
    wide.push(...u32(0x0706_4b50), ...u32(0), ...u64(end64.at ?? offset + size), ...u32(end64.disks ?? 1));
  }
  const counts = u16(end.count ?? count);
  const last = [...u32(0x0605_4b50), ...u16(end.disk ?? 0), ...u16(0), ...counts, ...counts];
  last.push(...u32(end.size ?? size), ...u32(end.offset ?? offset), ...u16(end.commentLength ?? comment.length));
  return [Uint8Array.of(...wide, ...last), comment, suffix];
}
