import { bytesPerElement, type DType } from "../dtypes/dtypes.ts";
import { isPacked, packedBytes, packElements, unpackElements } from "../dtypes/packing.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { denseData, elementCount, isWide, newStorage, type Tensor, tensorOf } from "./tensor.ts";
import { encodeNumbers, numbers } from "./elements.ts";
import { wholeText } from "./whole-text.ts";

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/**
 * A tensor over bytes as files hold them: little-endian, row-major, 2-, 4- and 6-bit elements packed (low bits first),
 * strings as u32 length + UTF-8 each, bool as bytes 0 or 1. No copy where dtype and alignment allow; never write to it.
 * Throws BAD_TENSOR_FILE when the length does not fit the shape.
 */
export function tensorFromBytes(dtype: DType, shape: readonly number[], bytes: Uint8Array): Tensor {
  const count = elementCount(shape);
  if (dtype === "string") return tensorOf(dtype, shape, stringsFromBytes(bytes, count));
  const expected = packedBytes(dtype, count);
  if (bytes.length !== expected) {
    throw new HoduError(
      "BAD_TENSOR_FILE",
      `Cannot read a tensor ${dtype}[${shape.join(", ")}]: found ${bytes.length} bytes, expected ${expected}`,
    );
  }
  if (isPacked(dtype)) return tensorOf(dtype, shape, unpackElements(bytes, dtype, count));
  const like = newStorage(dtype, 0) as Uint8Array;
  const width = like.BYTES_PER_ELEMENT;
  // not slice(): Node's Buffer, a Uint8Array too, gives a view there
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  const ArrayClass = like.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => Uint8Array;
  return tensorOf(dtype, shape, new ArrayClass(aligned.buffer, aligned.byteOffset, aligned.byteLength / width));
}

function stringsFromBytes(bytes: Uint8Array, count: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: string[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : -1;
    if (length < 0 || at + 4 + length > bytes.length) {
      throw new HoduError("BAD_TENSOR_FILE", `Cannot read string ${i} of ${count}: its bytes end early`);
    }
    try {
      out.push(utf8Decoder.decode(bytes.subarray(at + 4, at + 4 + length)));
    } catch (cause) {
      throw new HoduError("BAD_TENSOR_FILE", `Cannot read string ${i} of ${count}: found bytes that are not UTF-8`, {
        cause,
      });
    }
    at += 4 + length;
  }
  if (at !== bytes.length) {
    throw new HoduError(
      "BAD_TENSOR_FILE",
      `Cannot read ${count} strings: found ${bytes.length - at} bytes after the last`,
    );
  }
  return out;
}

/**
 * The inverse of tensorFromBytes. A view of the tensor's own storage where that is possible; never write to it.
 * Throws UNSUPPORTED for strings that UTF-8 has no bytes for.
 */
export function bytesOfTensor(tensor: Tensor): Uint8Array {
  if (isWide(tensor))
    return bytesOfTensor(tensorOf(tensor.dtype, tensor.shape, encodeNumbers(tensor.dtype, numbers(tensor))));
  const data = denseData(tensor);
  if (Array.isArray(data)) return bytesOfStrings(data);
  if (isPacked(tensor.dtype)) return packElements(data as Uint8Array, tensor.dtype);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function bytesOfStrings(values: readonly string[]): Uint8Array {
  const encoded = values.map((value) => utf8Encoder.encode(wholeText(value)));
  const out = new Uint8Array(encoded.reduce((total, bytes) => total + 4 + bytes.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const bytes of encoded) {
    view.setUint32(at, bytes.length, true);
    out.set(bytes, at + 4);
    at += 4 + bytes.length;
  }
  return out;
}

/** Bytes that `count` elements take in memory. */
export function memoryBytes(dtype: DType, count: number): number {
  return bytesPerElement(dtype) * count;
}
