import type { DType } from "../../dtypes/dtypes.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { type MapValue, tensorType } from "../../tensors/values.ts";

/** A map from keys to scalars, as people write it. */
export function mapOf(
  key: "i64" | "string",
  dtype: DType,
  keys: readonly (bigint | string)[],
  values: readonly (number | string)[],
): MapValue {
  const element = tensorType(dtype, []);
  return { kind: "map", key, element, keys, values: values.map((value) => tensorFrom(dtype, [], [value])) };
}
