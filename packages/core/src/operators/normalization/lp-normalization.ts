import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LpNormalization. */
export const lpNormalization = defineOperator({
  name: "LpNormalization",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { axis: int({ default: -1 }), p: int({ default: 2 }) },
  accuracy: "exact",
});
