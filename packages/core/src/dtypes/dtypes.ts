/**
 * The element types of ONNX (TensorProto.DataType) under their short names.
 * `bits` is the size in files; in memory every element has at least one byte:
 * the 2-, 4- and 6-bit types are kept one element a byte (ints as values, floats as bit patterns).
 * `lanes` is the number of storage elements of one value (2 for complex: real, imaginary).
 */
export const DTYPES = {
  bool: { onnx: 9, bits: 8, kind: "bool", storage: "Uint8Array" },
  i2: { onnx: 26, bits: 2, kind: "int", storage: "Int8Array" },
  i4: { onnx: 22, bits: 4, kind: "int", storage: "Int8Array" },
  i8: { onnx: 3, bits: 8, kind: "int", storage: "Int8Array" },
  i16: { onnx: 5, bits: 16, kind: "int", storage: "Int16Array" },
  i32: { onnx: 6, bits: 32, kind: "int", storage: "Int32Array" },
  i64: { onnx: 7, bits: 64, kind: "int", storage: "BigInt64Array" },
  u2: { onnx: 25, bits: 2, kind: "uint", storage: "Uint8Array" },
  u4: { onnx: 21, bits: 4, kind: "uint", storage: "Uint8Array" },
  u8: { onnx: 2, bits: 8, kind: "uint", storage: "Uint8Array" },
  u16: { onnx: 4, bits: 16, kind: "uint", storage: "Uint16Array" },
  u32: { onnx: 12, bits: 32, kind: "uint", storage: "Uint32Array" },
  u64: { onnx: 13, bits: 64, kind: "uint", storage: "BigUint64Array" },
  f4e2m1: { onnx: 23, bits: 4, kind: "float", storage: "Uint8Array" },
  f6e2m3: { onnx: 27, bits: 6, kind: "float", storage: "Uint8Array" },
  f6e3m2: { onnx: 28, bits: 6, kind: "float", storage: "Uint8Array" },
  f8e4m3fn: { onnx: 17, bits: 8, kind: "float", storage: "Uint8Array" },
  f8e4m3fnuz: { onnx: 18, bits: 8, kind: "float", storage: "Uint8Array" },
  f8e5m2: { onnx: 19, bits: 8, kind: "float", storage: "Uint8Array" },
  f8e5m2fnuz: { onnx: 20, bits: 8, kind: "float", storage: "Uint8Array" },
  f8e8m0: { onnx: 24, bits: 8, kind: "float", storage: "Uint8Array" },
  f16: { onnx: 10, bits: 16, kind: "float", storage: "Uint16Array" },
  bf16: { onnx: 16, bits: 16, kind: "float", storage: "Uint16Array" },
  f32: { onnx: 1, bits: 32, kind: "float", storage: "Float32Array" },
  f64: { onnx: 11, bits: 64, kind: "float", storage: "Float64Array" },
  c64: { onnx: 14, bits: 64, kind: "complex", storage: "Float32Array" },
  c128: { onnx: 15, bits: 128, kind: "complex", storage: "Float64Array" },
  string: { onnx: 8, bits: 0, kind: "string", storage: "Array" },
} as const;

/** The name of an element type: `f32`, `i64`, `string`, ... */
export type DType = keyof typeof DTYPES;
/** What the elements of a dtype are; "int" is signed, "uint" unsigned. */
export type DTypeKind = (typeof DTYPES)[DType]["kind"];

/** All dtypes, in the order of DTYPES. */
export const DTYPE_NAMES = Object.keys(DTYPES) as readonly DType[];

const BY_ONNX_CODE: readonly (DType | undefined)[] = (() => {
  const table: (DType | undefined)[] = [];
  for (const name of DTYPE_NAMES) table[DTYPES[name].onnx] = name;
  return table;
})();

/** The dtype of a TensorProto.DataType number, or undefined when there is none (0, 29, ...). */
export function dtypeOfOnnxCode(code: number): DType | undefined {
  return BY_ONNX_CODE[code];
}

/** The TensorProto.DataType number of a dtype. */
export function onnxCodeOfDtype(dtype: DType): number {
  return DTYPES[dtype].onnx;
}

/** True for the name of a dtype. */
export function isDtype(name: string): name is DType {
  return Object.hasOwn(DTYPES, name);
}

/** Storage elements of one value: 2 for complex, else 1. */
export function lanesOf(dtype: DType): number {
  return DTYPES[dtype].kind === "complex" ? 2 : 1;
}

/** Bytes of one element in memory (8 for a string: its reference). */
export function bytesPerElement(dtype: DType): number {
  const bits = DTYPES[dtype].bits;
  return bits === 0 ? 8 : Math.max(1, bits >> 3);
}

/** True for floats of any width; complex is none. */
export const isFloat = (dtype: DType): boolean => DTYPES[dtype].kind === "float";
/** True for signed and unsigned integers; bool is none. */
export const isInteger = (dtype: DType): boolean => DTYPES[dtype].kind === "int" || DTYPES[dtype].kind === "uint";
/** i64 and u64: their elements are bigints. */
export const isBig = (dtype: DType): boolean => dtype === "i64" || dtype === "u64";
/** f16, bf16 and f32: the floats that `precision: "f64"` computes in double. */
export const isWidened = (dtype: DType): boolean => dtype === "f32" || dtype === "f16" || dtype === "bf16";

/** Smallest and largest value of an integer dtype. */
export function integerRange(dtype: DType): { readonly min: bigint; readonly max: bigint } {
  const { bits, kind } = DTYPES[dtype];
  if (kind === "int") return { min: -(1n << BigInt(bits - 1)), max: (1n << BigInt(bits - 1)) - 1n };
  if (kind === "uint") return { min: 0n, max: (1n << BigInt(bits)) - 1n };
  throw new RangeError(`integerRange of ${dtype}`);
}
