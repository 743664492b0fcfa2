import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Det. */
export const det = defineOperator({
  name: "Det",
  versions: [{ since: 22 }, { since: 11, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  accuracy: "exact",
});
