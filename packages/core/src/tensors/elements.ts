import { type DType, DTYPES, isBig, isWidened } from "../dtypes/dtypes.ts";
import { decodeTable, encodeBf16, encodeE8m0, encodeF16, encodeFloat, FLOAT_LAYOUTS } from "../dtypes/float-codec.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { type BigData, denseData, denseStrides, isDense, type NumberData, type Tensor, tensorOf } from "./tensor.ts";

/**
 * The values of a tensor of any dtype but i64, u64, complex and string, as numbers in row-major order.
 * Storage itself where that holds numbers (never write to it), decoded for f16 and smaller floats. bool is 0 or 1.
 */
export function numbers(tensor: Tensor): NumberData {
  const data = denseData(tensor);
  if (
    Array.isArray(data) ||
    data instanceof BigInt64Array ||
    data instanceof BigUint64Array ||
    DTYPES[tensor.dtype].kind === "complex"
  ) {
    throw new TypeError(`numbers() of a ${tensor.dtype} tensor`);
  }
  if (DTYPES[tensor.dtype].kind !== "float" || data instanceof Float32Array || data instanceof Float64Array)
    return data;
  const table = decodeTable(tensor.dtype);
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = table[data[i]];
  return out;
}

/** Numbers in an array, element (i, j, ...) at offset + i * strides[0] + j * strides[1] + ... */
export interface StridedNumbers {
  readonly data: NumberData;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** As numbers(), without bringing a strided view into row-major order: storage itself where it holds numbers, else decoded. */
export function stridedNumbers(tensor: Tensor): StridedNumbers {
  const { data, offset, strides } = tensor;
  const plain = DTYPES[tensor.dtype].kind !== "float" || data instanceof Float32Array || data instanceof Float64Array;
  if (isDense(tensor) || !plain) return { data: numbers(tensor), offset: 0, strides: denseStrides(tensor.shape) };
  return { data: data as NumberData, offset, strides };
}

/** The values of an i64 or u64 tensor in row-major order; never write to it. */
export function bigints(tensor: Tensor): BigData {
  const data = denseData(tensor);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return data;
  throw new TypeError(`bigints() of a ${tensor.dtype} tensor`);
}

/** The values of a string tensor in row-major order; never write to it. */
export function strings(tensor: Tensor): string[] {
  const data = denseData(tensor);
  if (Array.isArray(data)) return data;
  throw new TypeError(`strings() of a ${tensor.dtype} tensor`);
}

/**
 * The values of an integer (or bool) tensor that holds sizes, axes or indices, as plain numbers.
 * Values past 2^53 lose their last digits: clamp before use (INT64_MAX stands for "to the end" in Slice).
 */
export function indices(tensor: Tensor): number[] {
  if (isBig(tensor.dtype)) return Array.from(bigints(tensor), Number);
  return Array.from(numbers(tensor));
}

/** Any real tensor's values as doubles, i64 and u64 rounded. A fresh array. */
export function doubles(tensor: Tensor): Float64Array {
  if (isBig(tensor.dtype)) return Float64Array.from(bigints(tensor), Number);
  return Float64Array.from(numbers(tensor));
}

/** The first element as a number. The tensor must have one. */
export function scalar(tensor: Tensor): number {
  const [value] = isBig(tensor.dtype) ? [Number(bigints(tensor)[0])] : numbers(tensor);
  if (value === undefined) throw new HoduError("KERNEL", "Cannot read a scalar from a tensor without elements");
  return value;
}

/** Storage of `dtype` for values given as numbers: floats rounded once (to nearest, ties to even), integers as typed arrays wrap them. */
export function encodeNumbers(dtype: DType, values: ArrayLike<number>, wide = false): NumberData {
  const count = values.length;
  if (wide && isWidened(dtype)) return values instanceof Float64Array ? values : Float64Array.from(values);
  switch (dtype) {
    case "f32":
      return values instanceof Float32Array ? values : Float32Array.from(values);
    case "f64":
      return values instanceof Float64Array ? values : Float64Array.from(values);
    case "f16":
      return encodeEach(new Uint16Array(count), values, encodeF16);
    case "bf16":
      return encodeEach(new Uint16Array(count), values, encodeBf16);
    case "f8e8m0":
      return encodeEach(new Uint8Array(count), values, (x) => encodeE8m0(x, "up", "saturate"));
    case "i64":
    case "u64":
    case "c64":
    case "c128":
    case "string":
      throw new TypeError(`encodeNumbers to ${dtype}`);
    case "bool":
      return encodeEach(new Uint8Array(count), values, (x) => (x === 0 ? 0 : 1));
    case "i8":
    case "i4":
    case "i2":
      return Int8Array.from(values);
    case "i16":
      return Int16Array.from(values);
    case "i32":
      return Int32Array.from(values);
    case "u8":
    case "u4":
    case "u2":
      return Uint8Array.from(values);
    case "u16":
      return Uint16Array.from(values);
    case "u32":
      return Uint32Array.from(values);
    default: {
      const layout = FLOAT_LAYOUTS[dtype]!;
      return encodeEach(new Uint8Array(count), values, (x) => encodeFloat(x, layout, "saturate"));
    }
  }
}

function encodeEach<T extends NumberData>(out: T, values: ArrayLike<number>, encode: (value: number) => number): T {
  for (let i = 0; i < out.length; i++) out[i] = encode(values[i]);
  return out;
}

/** A dense tensor from values as people write them: numbers, bigints (i64, u64), booleans or strings, flat in row-major order. */
export function tensorFrom(
  dtype: DType,
  shape: readonly number[],
  values: readonly (number | bigint | boolean | string)[],
): Tensor {
  if (dtype === "string") return tensorOf(dtype, shape, values.map(String));
  if (dtype === "i64")
    return tensorOf(
      dtype,
      shape,
      BigInt64Array.from(values, (value) => BigInt(value)),
    );
  if (dtype === "u64")
    return tensorOf(
      dtype,
      shape,
      BigUint64Array.from(values, (value) => BigInt(value)),
    );
  const plain = values.map(Number);
  if (dtype === "c64") return tensorOf(dtype, shape, Float32Array.from(plain));
  if (dtype === "c128") return tensorOf(dtype, shape, Float64Array.from(plain));
  return tensorOf(dtype, shape, encodeWritten(dtype, plain));
}

/** As encodeNumbers, but an infinity that is written out stays one where the dtype has it. */
function encodeWritten(dtype: DType, values: readonly number[]): NumberData {
  const layout = FLOAT_LAYOUTS[dtype];
  if (layout?.specials !== "ieee") return encodeNumbers(dtype, values);
  const data = encodeNumbers(dtype, values);
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) data[i] = encodeFloat(value, layout, "special");
  });
  return data;
}
