import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13B, types } from "../type-sets.ts";

/** ONNX CumProd. */
export const cumProd = defineOperator({
  name: "CumProd",
  versions: [{ since: 26 }],
  inputs: [required("x", "T"), required("axis", "T2")],
  outputs: [required("y", "T")],
  types: { T: REAL_13B, T2: types("i32 i64") },
  attributes: { exclusive: int({ default: 0 }), reverse: int({ default: 0 }) },
  accuracy: "exact",
});
