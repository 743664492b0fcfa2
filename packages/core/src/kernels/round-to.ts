import type { DType } from "../dtypes/dtypes.ts";
import { decodeTable, encodeBf16, encodeF16 } from "../dtypes/float-codec.ts";

/** The function that rounds a number to a float dtype of at least 16 bits, as an operation in that dtype would; `wide` keeps doubles. */
export function rounderOf(dtype: DType, wide: boolean): (value: number) => number {
  if (wide || dtype === "f64") return (value) => value;
  const encode = dtype === "f16" ? encodeF16 : dtype === "bf16" ? encodeBf16 : undefined;
  if (encode === undefined) return Math.fround;
  const table = decodeTable(dtype);
  return (value) => table[encode(value)];
}
