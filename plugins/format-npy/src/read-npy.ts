import {
  type ByteSource,
  type CallContext,
  denseStrides,
  type DType,
  type Tensor,
  tensorFromBytes,
} from "hodu-plugin-sdk";
import { type Elements, elementsOf } from "./descr.ts";
import { giveWay } from "./give-way.ts";
import { type Header, readHeader } from "./header.ts";
import { allocate, fill, piecesOf, reverseBytes } from "./own-bytes.ts";
import type { Place } from "./place.ts";
import { readStrings } from "./read-strings.ts";

/** What to read, and as what where the file does not say. */
export interface ReadNpyRequest {
  readonly source: ByteSource;
  readonly place: Place;
  readonly dtype: DType | undefined;
}

/** Elements at their place in the file. */
export interface Extent {
  readonly elements: Elements;
  readonly count: number;
  readonly start: number;
}

/**
 * Reads a .npy file. The tensor is a view of the file where the elements lie as Hodu keeps them; in Fortran order it is that view
 * with other strides. Throws BAD_TENSOR_FILE, UNSUPPORTED, POLICY, MEMORY_LIMIT.
 */
export async function readNpy({ source, place, dtype }: ReadNpyRequest, { signal }: CallContext): Promise<Tensor> {
  const header = await readHeader(source, place);
  signal.throwIfAborted();
  const elements = elementsOf(header, dtype, place);
  const extent = { elements, count: countOf(header, elements, source.size, place), start: header.dataStart };
  const ordered = await bytesInOrder(source, extent, signal);
  const bytes = elements.dtype === "bool" ? await zerosAndOnes(ordered, source.name, signal) : ordered;
  const data =
    elements.dtype === "string"
      ? await readStrings(bytes, extent, place, signal)
      : tensorFromBytes(elements.dtype, [extent.count], bytes).data;
  const { shape, fortranOrder } = header;
  const strides = fortranOrder ? denseStrides(shape.toReversed()).reverse() : denseStrides(shape);
  return { kind: "tensor", dtype: elements.dtype, shape, strides, offset: 0, data };
}

/** The number of elements, which the file must have exactly. */
function countOf(header: Header, { bytes }: Elements, size: number, place: Place): number {
  const { shape, dataStart } = header;
  const product = shape.reduce((count, dim) => count * BigInt(dim || 1), BigInt(bytes));
  const count = shape.includes(0) ? 0n : product / BigInt(bytes);
  const found = `the shape [${shape.join(", ")}] of elements of ${bytes} bytes`;
  if (product > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw place.bad({ found, expected: "less than 2^53 bytes", field: "header shape", at: header.shapeAt });
  }
  const expected = Number(count) * bytes;
  if (size - dataStart === expected) return Number(count);
  const data = `${size - dataStart} bytes of data`;
  const rule = `the ${expected} of ${found}`;
  if (size - dataStart < expected) throw place.bad({ found: data, expected: rule, at: size });
  throw place.bad({ found: data, expected: rule, at: dataStart + expected });
}

/** The elements little-endian and aligned: a view of the file where they are so there. */
async function bytesInOrder(source: ByteSource, extent: Extent, signal: AbortSignal): Promise<Uint8Array> {
  const { elements, count, start } = extent;
  const length = count * elements.bytes;
  if (elements.isReversed) {
    const own = allocate(length, source.name);
    await fill(own, source.chunks(start, length), signal);
    await reverseBytes(own, elements.lane, signal);
    return own;
  }
  const view = await source.read(start, length);
  signal.throwIfAborted();
  if (view.byteOffset % elements.lane === 0) return view;
  const own = allocate(length, source.name);
  await fill(own, piecesOf(view), signal);
  return own;
}

/** Bools as 0 and 1: for NumPy every byte but 0 is true, and arrays of bytes that are viewed as bools hold others. */
async function zerosAndOnes(bytes: Uint8Array, file: string, signal: AbortSignal): Promise<Uint8Array> {
  let own: Uint8Array | undefined;
  let at = 0;
  for (const piece of piecesOf(bytes)) {
    if (own === undefined && hasOthers(piece)) {
      own = allocate(bytes.length, file);
      await fill(own, piecesOf(bytes), signal);
    }
    if (own !== undefined) for (let i = at; i < at + piece.length; i++) own[i] = own[i] === 0 ? 0 : 1;
    at += piece.length;
    await giveWay(signal);
  }
  return own ?? bytes;
}

function hasOthers(bytes: Uint8Array): boolean {
  let all = 0;
  for (const byte of bytes) all |= byte;
  return all > 1;
}
