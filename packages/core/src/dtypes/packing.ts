import { DTYPES, type DType } from "./dtypes.ts";

/** Bytes that `count` elements of a dtype take in a file: elements below a byte are packed, low bits first, the last byte padded. */
export function packedBytes(dtype: DType, count: number): number {
  return Math.ceil((DTYPES[dtype].bits * count) / 8);
}

/** True for dtypes whose elements share bytes in files (2, 4 and 6 bits). */
export function isPacked(dtype: DType): boolean {
  const bits = DTYPES[dtype].bits;
  return bits > 0 && bits < 8;
}

/** Unpacks `count` elements of a packed dtype, first element in the low bits (ONNX TensorProto.raw_data), into one byte each. */
export function unpackElements(bytes: Uint8Array, dtype: DType, count: number): Uint8Array | Int8Array {
  const { bits, kind } = DTYPES[dtype];
  const out = kind === "int" ? new Int8Array(count) : new Uint8Array(count);
  const mask = (1 << bits) - 1;
  const signShift = 32 - bits;
  for (let i = 0; i < count; i++) {
    const bit = i * bits;
    const at = bit >> 3;
    const word = bytes[at] | ((bytes[at + 1] ?? 0) << 8);
    const pattern = (word >> (bit & 7)) & mask;
    out[i] = kind === "int" ? (pattern << signShift) >> signShift : pattern;
  }
  return out;
}

/** The inverse of unpackElements. */
export function packElements(elements: ArrayLike<number>, dtype: DType): Uint8Array {
  const { bits } = DTYPES[dtype];
  const mask = (1 << bits) - 1;
  const out = new Uint8Array(packedBytes(dtype, elements.length));
  for (let i = 0; i < elements.length; i++) {
    const bit = i * bits;
    const word = (elements[i] & mask) << (bit & 7);
    out[bit >> 3] |= word & 0xff;
    if (word > 0xff) out[(bit >> 3) + 1] |= word >> 8;
  }
  return out;
}
