import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Softsign. */
export const softsign = defineOperator({
  name: "Softsign",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  accuracy: "exact",
});
