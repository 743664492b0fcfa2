import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_11B, REAL_13B, types } from "../type-sets.ts";

/** ONNX CumSum. */
export const cumSum = defineOperator({
  name: "CumSum",
  versions: [{ since: 14 }, { since: 11, types: { T: REAL_11B, T2: types("i32 i64") } }],
  inputs: [required("x", "T"), required("axis", "T2")],
  outputs: [required("y", "T")],
  types: { T: REAL_13B, T2: types("i32 i64") },
  attributes: { exclusive: int({ default: 0 }), reverse: int({ default: 0 }) },
  accuracy: "exact",
});
