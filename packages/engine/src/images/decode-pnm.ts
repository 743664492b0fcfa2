import type { DecodedImage } from "@hodu/core";

/** Decodes a portable anymap (PBM, PGM, PPM, plain and raw; source: netpbm's format pages) to 8-bit RGB; undefined when it is damaged. */
export function decodePnm(bytes: Uint8Array, maxPixels: number): DecodedImage | undefined {
  const reader = { bytes, at: 2 };
  const variant = bytes[1] - 0x30;
  const bitmap = variant === 1 || variant === 4;
  const width = nextNumber(reader);
  const height = nextNumber(reader);
  const top = bitmap ? 1 : nextNumber(reader);
  if (width === undefined || height === undefined || top === undefined || top < 1 || top > 65535) return undefined;
  if (width * height > maxPixels) return undefined;
  const channels = variant === 3 || variant === 6 ? 3 : 1;
  const rowSamples = width * channels;
  const read = variant <= 3 ? plainSamples(reader, bitmap) : rawSamples(reader, variant === 4, rowSamples, top);
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < rowSamples; i++) {
      const sample = read(row, i);
      if (sample === undefined) return undefined;
      const level = bitmap ? (sample === 0 ? 255 : 0) : Math.round((Math.min(sample, top) * 255) / top);
      if (channels === 3) data[row * rowSamples + i] = level;
      else data.fill(level, (row * width + i) * 3, (row * width + i) * 3 + 3);
    }
  }
  return { width, height, data };
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Skips white space and comments. */
function skipSpace(reader: Reader): void {
  for (; reader.at < reader.bytes.length; reader.at++) {
    const byte = reader.bytes[reader.at];
    if (byte === 0x23) while (reader.at < reader.bytes.length && reader.bytes[reader.at] !== 0x0a) reader.at++;
    else if (byte > 0x20) return;
  }
}

function nextNumber(reader: Reader): number | undefined {
  skipSpace(reader);
  let value: number | undefined;
  while (isDigit(reader.bytes[reader.at]) && (value ?? 0) < 1e9)
    value = (value ?? 0) * 10 + reader.bytes[reader.at++] - 0x30;
  return value;
}

type ReadSample = (row: number, i: number) => number | undefined;

function plainSamples(reader: Reader, bitmap: boolean): ReadSample {
  if (!bitmap) return () => nextNumber(reader);
  return () => {
    skipSpace(reader);
    const byte = reader.bytes[reader.at++];
    return byte === 0x30 || byte === 0x31 ? byte - 0x30 : undefined;
  };
}

function rawSamples(reader: Reader, bitmap: boolean, rowSamples: number, top: number): ReadSample {
  const { bytes } = reader;
  const start = reader.at + 1;
  if (bitmap) {
    const rowBytes = Math.ceil(rowSamples / 8);
    return (row, i) => {
      const byte = bytes[start + row * rowBytes + (i >> 3)];
      return byte === undefined ? undefined : (byte >> (7 - (i & 7))) & 1;
    };
  }
  if (top < 256) return (row, i) => bytes[start + row * rowSamples + i];
  return (row, i) => {
    const at = start + 2 * (row * rowSamples + i);
    return at + 1 < bytes.length ? bytes[at] * 256 + bytes[at + 1] : undefined;
  };
}
