import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Acos. */
export const acos = defineOperator({
  name: "Acos",
  versions: [{ since: 22 }, { since: 7, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  accuracy: "exact",
});
