import type { DType } from "hodu-plugin-sdk";

/**
 * The dtypes of the format (its package, 0.8) and ours, in the order of the format's own list: a writer puts the tensors of the
 * last first, so that every tensor is aligned. F8_E4M3 is the one without infinities ("fn").
 */
const PAIRS: readonly (readonly [name: string, dtype: DType])[] = [
  ["BOOL", "bool"],
  ["F4", "f4e2m1"],
  ["F6_E2M3", "f6e2m3"],
  ["F6_E3M2", "f6e3m2"],
  ["U8", "u8"],
  ["I8", "i8"],
  ["F8_E5M2", "f8e5m2"],
  ["F8_E4M3", "f8e4m3fn"],
  ["F8_E8M0", "f8e8m0"],
  ["F8_E4M3FNUZ", "f8e4m3fnuz"],
  ["F8_E5M2FNUZ", "f8e5m2fnuz"],
  ["I16", "i16"],
  ["U16", "u16"],
  ["F16", "f16"],
  ["BF16", "bf16"],
  ["I32", "i32"],
  ["U32", "u32"],
  ["F32", "f32"],
  ["C64", "c64"],
  ["F64", "f64"],
  ["I64", "i64"],
  ["U64", "u64"],
];

/** Our dtype by the format's name. */
export const DTYPE_OF_NAME: ReadonlyMap<string, DType> = new Map(PAIRS);

/** The format's name of a dtype and its place in the list; i2, i4, u2, u4, c128 and string have none. */
export const NAME_OF_DTYPE: ReadonlyMap<DType, { readonly name: string; readonly rank: number }> = new Map(
  PAIRS.map(([name, dtype], rank) => [dtype, { name, rank }]),
);
