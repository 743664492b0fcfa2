import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX ThresholdedRelu. */
export const thresholdedRelu = defineOperator({
  name: "ThresholdedRelu",
  versions: [{ since: 22 }, { since: 10, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  accuracy: "exact",
});
