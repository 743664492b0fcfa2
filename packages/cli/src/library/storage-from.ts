import {
  type BigData,
  type DType,
  DTYPES,
  encodeNumbers,
  integerRange,
  isBig,
  isInteger,
  newStorage,
  type NumberData,
  storageOfJson,
  type TensorData,
} from "@hodu/core";
import type { Scalar } from "./flatten.ts";
import type { Refuse } from "./refuse.ts";

/** The typed arrays of JavaScript; a Float16Array where there is one. */
export type TypedArray = NumberData | BigData | Uint8ClampedArray | Float16Array;

/** Stated here as not every release of TypeScript knows it. */
interface Float16Array extends Iterable<number> {
  readonly [Symbol.toStringTag]: "Float16Array";
  readonly length: number;
  readonly [index: number]: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  entries(): IterableIterator<[number, number]>;
}

/** The dtype of the elements that an array holds, by the name of its class. */
const ARRAY_DTYPES: Readonly<Record<string, DType | undefined>> = {
  Int8Array: "i8",
  Int16Array: "i16",
  Int32Array: "i32",
  BigInt64Array: "i64",
  Uint8Array: "u8",
  Uint8ClampedArray: "u8",
  Uint16Array: "u16",
  Uint32Array: "u32",
  BigUint64Array: "u64",
  Float16Array: "f16",
  Float32Array: "f32",
  Float64Array: "f64",
};

/** Bits of the integers that a float dtype holds exactly. */
const EXACT_BITS: Readonly<Partial<Record<DType, number>>> = { bf16: 8, f16: 11, f32: 24, f64: 53 };

/** True for typed arrays of any realm; a DataView is none. */
export function isTypedArray(data: unknown): data is TypedArray {
  return ArrayBuffer.isView(data) && "length" in data;
}

/** The dtype that says what a typed array holds. */
export function dtypeOfArray(array: TypedArray): DType | undefined {
  return ARRAY_DTYPES[array[Symbol.toStringTag]];
}

/**
 * Elements in the storage of a dtype. Integers must fit it; other numbers are rounded to it, but not to infinity. A typed array of
 * the storage's own class is taken as it is; of another class, when the dtype holds all values that such an array can hold.
 */
export function storageFrom(dtype: DType, elements: TypedArray | readonly Scalar[], refuse: Refuse): TensorData {
  if (isTypedArray(elements)) return storageOfArray(dtype, elements, refuse);
  return storageOfJson(dtype, elements, (i, message) => refuse(`element ${i}: ${message}`));
}

function storageOfArray(dtype: DType, array: TypedArray, refuse: Refuse): TensorData {
  // by its tag: the class of another realm is another one
  const tag = array[Symbol.toStringTag];
  const { storage } = DTYPES[dtype];
  if (tag === storage) return checkRange(dtype, ofThisRealm(dtype, array), refuse);
  if (tag === "Float16Array" && dtype === "f16") return new Uint16Array(array.buffer, array.byteOffset, array.length);
  const from = ARRAY_DTYPES[tag];
  if (from === undefined || !holds(dtype, from)) {
    const expected =
      storage === "Array" ? "an array of strings" : `a ${storage}, or values that ${dtype} holds exactly`;
    return refuse(`found a ${tag}, expected ${expected}`, storage === "Array" ? undefined : `${storage}.from(data)`);
  }
  if (dtype === "i64") return BigInt64Array.from(array as NumberData, BigInt);
  if (dtype === "u64") return BigUint64Array.from(array as NumberData, BigInt);
  return encodeNumbers(dtype, array as NumberData);
}

/** The array itself, or for one of another realm (a frame, a test's sandbox) the same memory as an array of this one. */
function ofThisRealm(dtype: DType, array: TypedArray): TensorData {
  const { constructor: OwnArray } = newStorage(dtype, 0) as Uint8Array;
  if (array instanceof OwnArray) return array as TensorData;
  const View = OwnArray as new (buffer: ArrayBufferLike, offset: number, length: number) => Uint8Array;
  return new View(array.buffer, array.byteOffset, array.length);
}

/** Whether a dtype holds every value of another one. */
function holds(dtype: DType, from: DType): boolean {
  const exact = EXACT_BITS[dtype];
  if (isInteger(from)) {
    const { min, max } = integerRange(from);
    if (exact !== undefined) return max <= 2n ** BigInt(exact);
    if (!isInteger(dtype) || isBig(from)) return false;
    const range = integerRange(dtype);
    return range.min <= min && max <= range.max;
  }
  return exact !== undefined && from !== "bf16" && (EXACT_BITS[from] ?? 64) <= exact && dtype !== "bf16";
}

/** What a storage element may be where it has more bits than the dtype. */
function checkRange(dtype: DType, data: TensorData, refuse: Refuse): TensorData {
  const { kind, bits } = DTYPES[dtype];
  if (kind !== "bool" && (bits === 0 || bits >= 8)) return data;
  const [min, max] =
    kind === "int" ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, kind === "bool" ? 1 : 2 ** bits - 1];
  const at = (data as Uint8Array).findIndex((element) => element < min || element > max);
  return at < 0 ? data : refuse(`element ${at}: ${String(data[at])} does not fit ${dtype} (${min} to ${max})`);
}
