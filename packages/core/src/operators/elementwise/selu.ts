import { float, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Selu. */
export const selu = defineOperator({
  name: "Selu",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: { alpha: float({ default: 1.6732 }), consumed_inputs: ints(), gamma: float({ default: 1.0507 }) },
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1.6732632 }), gamma: float({ default: 1.050701 }) },
  accuracy: "exact",
});
