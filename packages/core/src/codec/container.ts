import { HoduError } from "../errors/hodu-error.ts";
import { decodeData, encodeData } from "./data.ts";

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { fatal: true });

/** "HODU" and the version of this container. */
const MAGIC = 0x55444f48;
const VERSION = 1;
/** Parts begin at multiples of this, so that every array can be viewed in place. */
const ALIGNMENT = 64;

const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

/**
 * Data in one array of bytes: u32 magic, u32 version, u32 length of the header, u32 zero, the header (JSON: `data` and the lengths of
 * the parts), then the parts, each 64-byte aligned. The same data gives the same bytes.
 */
export function packData(value: unknown): Uint8Array {
  const { json, parts } = encodeData(value);
  const header = utf8Encoder.encode(JSON.stringify({ data: json, parts: parts.map((part) => part.byteLength) }));
  const offsets: number[] = [];
  let size = 16 + header.byteLength;
  for (const part of parts) {
    offsets.push(aligned(size));
    size = aligned(size) + part.byteLength;
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, header.byteLength, true);
  bytes.set(header, 16);
  parts.forEach((part, i) => bytes.set(part, offsets[i]));
  return bytes;
}

/** The inverse of packData. Throws PLUGIN_PROTOCOL on anything that packData does not write. */
export function unpackData(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 16 || view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== VERSION) {
    throw new HoduError(
      "PLUGIN_PROTOCOL",
      "Cannot decode data: found other bytes, expected a Hodu container of version 1",
    );
  }
  const headerEnd = 16 + view.getUint32(8, true);
  const header = headerEnd <= bytes.byteLength ? parseHeader(bytes.subarray(16, headerEnd)) : undefined;
  if (header === undefined) throw new HoduError("PLUGIN_PROTOCOL", "Cannot decode data: its header is damaged");
  const parts: Uint8Array[] = [];
  let at = headerEnd;
  for (const length of header.parts) {
    at = aligned(at);
    if (!Number.isSafeInteger(length) || length < 0 || at + length > bytes.byteLength) {
      throw new HoduError("PLUGIN_PROTOCOL", "Cannot decode data: a part ends past the last byte");
    }
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return decodeData({ json: header.data, parts });
}

function parseHeader(bytes: Uint8Array): { data: unknown; parts: number[] } | undefined {
  try {
    const header: unknown = JSON.parse(utf8Decoder.decode(bytes));
    if (typeof header !== "object" || header === null || !("data" in header) || !("parts" in header)) return undefined;
    return Array.isArray(header.parts) ? { data: header.data, parts: header.parts } : undefined;
  } catch {
    return undefined;
  }
}
