/** What a header of tar (POSIX ustar, or GNU's variant of it) says. */
export interface TarHeader {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly isExecutable: boolean;
  /** Set-user-id, set-group-id or sticky. */
  readonly hasSpecialMode: boolean;
}

/** Every header, and the unit that contents are filled up to. */
export const BLOCK_BYTES = 512;

/** Reads a header; a text says what is wrong with it. */
export function readTarHeader(block: Buffer): TarHeader | string {
  const sum = octal(block, 148, 8);
  const size = octal(block, 124, 12);
  const mode = octal(block, 100, 8);
  if (sum !== checksum(block)) return "its checksum is another";
  if (size === undefined) return "its size is no octal number";
  if (mode === undefined) return "its mode is no octal number";
  const magic = block.toString("latin1", 257, 263);
  if (magic !== "ustar\0" && magic !== "ustar ") return "it is not of the ustar format";
  const name = text(block, 0, 100);
  const prefix = magic === "ustar\0" ? text(block, 345, 155) : "";
  if (name === undefined || prefix === undefined) return "its name is not UTF-8";
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    type: block.toString("latin1", 156, 157),
    size,
    isExecutable: (mode & 0o111) !== 0,
    hasSpecialMode: (mode & 0o7000) !== 0,
  };
}

/** Digits up to a space or a zero byte. Sizes in GNU's binary form are beyond any limit, and negative ones are none. */
function octal(block: Buffer, start: number, length: number): number | undefined {
  const match = /^ *([0-7]*)[ \0]*$/.exec(block.toString("latin1", start, start + length));
  return match === null ? undefined : Number.parseInt(match[1] || "0", 8);
}

function text(block: Buffer, start: number, length: number): string | undefined {
  const end = block.subarray(start, start + length).indexOf(0);
  return utf8(block.subarray(start, end < 0 ? start + length : start + end));
}

/** Text of bytes that are UTF-8. */
export function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Of all bytes, those of the sum itself taken as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 32;
  for (const [i, byte] of block.entries()) if (i < 148 || i >= 156) sum += byte;
  return sum;
}
