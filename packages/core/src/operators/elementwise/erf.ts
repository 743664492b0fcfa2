import { defineOperator, required } from "../operator.ts";
import { REAL_1B, types } from "../type-sets.ts";

/** ONNX Erf. */
export const erf = defineOperator({
  name: "Erf",
  versions: [{ since: 13 }, { since: 9, types: { T: REAL_1B } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  accuracy: "exact",
});
