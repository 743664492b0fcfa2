import { type DType, isDtype } from "../dtypes/dtypes.ts";
import type { ValueType } from "../tensors/values.ts";
import { tensorType } from "../tensors/values.ts";
import { JSON_DEPTH } from "./limits.ts";

/** Names that numpy, PyTorch and ONNX use for the dtypes. */
const ALIASES: ReadonlyMap<string, DType> = new Map([
  ["bool_", "bool"],
  ["int2", "i2"],
  ["int4", "i4"],
  ["int8", "i8"],
  ["int16", "i16"],
  ["int32", "i32"],
  ["int64", "i64"],
  ["uint2", "u2"],
  ["uint4", "u4"],
  ["uint8", "u8"],
  ["uint16", "u16"],
  ["uint32", "u32"],
  ["uint64", "u64"],
  ["float16", "f16"],
  ["bfloat16", "bf16"],
  ["float", "f32"],
  ["float32", "f32"],
  ["double", "f64"],
  ["float64", "f64"],
  ["complex64", "c64"],
  ["complex128", "c128"],
  ["float4e2m1", "f4e2m1"],
  ["float8e4m3fn", "f8e4m3fn"],
  ["float8e4m3fnuz", "f8e4m3fnuz"],
  ["float8e5m2", "f8e5m2"],
  ["float8e5m2fnuz", "f8e5m2fnuz"],
  ["float8e8m0", "f8e8m0"],
  ["str", "string"],
]);

/** The dtype of a name as people write it, in any case; undefined when there is none. */
export function dtypeOfName(name: string): DType | undefined {
  const lower = name.toLowerCase();
  return isDtype(lower) ? lower : ALIASES.get(lower);
}

/** The type that `typeName` prints as `text` (`f32`, `seq(f32)`, `map(i64,f32)`), shapes unknown; undefined when it is none, or of more than `levels`. */
export function typeOfName(text: string, levels = JSON_DEPTH): ValueType | undefined {
  if (levels === 0) return undefined;
  const dtype = dtypeOfName(text.trim());
  if (dtype !== undefined) return tensorType(dtype);
  const match = /^\s*(seq|optional|map)\((.*)\)\s*$/s.exec(text);
  if (match === null) return undefined;
  const [, kind, inner] = match;
  if (kind === "map") {
    const comma = inner.indexOf(",");
    const key = dtypeOfName(inner.slice(0, comma).trim());
    const element = typeOfName(inner.slice(comma + 1), levels - 1);
    return comma < 0 || key === undefined || element === undefined ? undefined : { kind: "map", key, element };
  }
  const element = typeOfName(inner, levels - 1);
  return element === undefined ? undefined : { kind: kind === "seq" ? "sequence" : "optional", element };
}
