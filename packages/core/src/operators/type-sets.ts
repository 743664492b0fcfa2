/** The types that a parameter may have: dtype names, "seq(f32)", "optional(seq(f32))", "map(i64,f32)". */
export type TypeSet = readonly string[];

/** A type set from names separated by spaces and from other sets. */
export function types(...parts: readonly (string | TypeSet)[]): TypeSet {
  return parts.flatMap((part) => (typeof part === "string" ? part.split(" ") : part));
}

export const seqOf = (set: TypeSet): TypeSet => set.map((type) => `seq(${type})`);
export const optionalOf = (set: TypeSet): TypeSet => set.map((type) => `optional(${type})`);

// The sets that ONNX's operators share, by what they hold and the opset that brought them.
export const ANY_1 = types("bool i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64 c64 c128 string");
export const ANY_13 = types("bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64 c64 c128 string");
export const ANY_19 = types(
  "bool i8 i16 i32 i64 u8 u16 u32 u64 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64 c64 c128 string",
);
export const ANY_21 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64 c64 c128 string",
);
export const ANY_23 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64 c64 c128 string",
);
export const ANY_24 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64 c64 c128 string",
);
export const ANY_25 = types(
  "bool i2 i4 i8 i16 i32 i64 u2 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64 c64 c128 string",
);
export const ANY_28 = types(
  "bool i2 i4 i8 i16 i32 i64 u2 u4 u8 u16 u32 u64 f4e2m1 f6e2m3 f6e3m2 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64 c64 c128 string",
);
export const ANY_BUT_STRING_26 = types(
  "bool i2 i4 i8 i16 i32 i64 u2 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64 c64 c128",
);
export const FLOATS_20 = types("f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64");
export const INTS_18 = types("i8 i16 i32 i64 u8 u16 u32 u64");
export const REAL_1 = types("i32 i64 u32 u64 f16 f32 f64");
export const REAL_11 = types("i16 i32 i64 f32 f64");
export const REAL_11B = types("i32 i64 u32 u64 f32 f64");
export const REAL_12 = types("i8 u8 f16 f32 f64");
export const REAL_12B = types("i32 i64 f16 f32 f64");
export const REAL_12C = types("i8 i32 i64 u8 u32 u64 f16 f32 f64");
export const REAL_13 = types("i32 i64 f16 bf16 f32 f64");
export const REAL_13B = types("i32 i64 u32 u64 f16 bf16 f32 f64");
export const REAL_13C = types("i8 i16 i32 i64 f16 bf16 f32 f64");
export const REAL_13D = types("i8 i32 i64 u8 u32 u64 f16 bf16 f32 f64");
export const REAL_13E = types("i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64");
export const REAL_19 = types("i8 u8 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_19B = types("i8 i32 u8 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_1B = types("i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64");
export const REAL_21 = types("i4 i8 i16 u4 u8 u16 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_21B = types("i4 i8 i16 i32 u4 u8 u16 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_22 = types("i8 u8 f16 bf16 f32 f64");
export const REAL_23 = types("i4 i8 i16 u4 u8 u16 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_23B = types("i4 i8 i16 i32 u4 u8 u16 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_24 = types("i32 f8e8m0 f16 bf16 f32");
export const REAL_25 = types("i2 i4 i8 i16 u2 u4 u8 u16 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_25B = types("i2 i4 i8 i16 i32 u2 u4 u8 u16 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_27 = types("i16 i32 i64 f16 bf16 f32 f64");
export const REAL_28 = types("i2 i4 i8 i16 u2 u4 u8 u16 f4e2m1 f6e2m3 f6e3m2 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz");
export const REAL_28B = types(
  "i2 i4 i8 i16 i32 u2 u4 u8 u16 f4e2m1 f6e2m3 f6e3m2 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz",
);
export const REAL_6 = types("i8 i16 i32 i64 f16 f32 f64");
export const REAL_AND_BOOL_1 = types("bool i32 i64 f16 f32 f64");
export const REAL_AND_BOOL_13 = types("bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64");
export const REAL_AND_BOOL_1B = types("bool i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64");
export const REAL_AND_BOOL_20 = types("bool i8 i32 i64 u8 u32 u64 f16 bf16 f32 f64");
export const REAL_AND_BOOL_20B = types(
  "bool i8 i16 i32 i64 u8 u16 u32 u64 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64",
);
export const REAL_AND_BOOL_21 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64",
);
export const REAL_AND_BOOL_23 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64",
);
export const REAL_AND_BOOL_24 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64",
);
export const REAL_AND_BOOL_25 = types(
  "bool i2 i4 i8 i16 i32 i64 u2 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64",
);
export const TEXT_AND_NUMBERS_13 = types("bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64 string");
export const TEXT_AND_NUMBERS_19 = types(
  "bool i8 i16 i32 i64 u8 u16 u32 u64 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64 string",
);
export const TEXT_AND_NUMBERS_21 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64 string",
);
export const TEXT_AND_NUMBERS_23 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f16 bf16 f32 f64 string",
);
export const TEXT_AND_NUMBERS_24 = types(
  "bool i4 i8 i16 i32 i64 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64 string",
);
export const TEXT_AND_NUMBERS_25 = types(
  "bool i2 i4 i8 i16 i32 i64 u2 u4 u8 u16 u32 u64 f4e2m1 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64 string",
);
export const TEXT_AND_NUMBERS_28 = types(
  "bool i2 i4 i8 i16 i32 i64 u2 u4 u8 u16 u32 u64 f4e2m1 f6e2m3 f6e3m2 f8e4m3fn f8e4m3fnuz f8e5m2 f8e5m2fnuz f8e8m0 f16 bf16 f32 f64 string",
);
export const TEXT_AND_NUMBERS_9 = types("bool i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64 string");
export const TEXT_AND_NUMBERS_ML = types("i32 i64 f32 f64 string");
export const TEXT_AND_NUMBERS_MLB = types("i16 i32 i64 f32 f64 string");
