import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LRN. */
export const lrn = defineOperator({
  name: "LRN",
  versions: [{ since: 13 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    alpha: float({ default: 0.0001 }),
    beta: float({ default: 0.75 }),
    bias: float({ default: 1 }),
    size: int({ required: true }),
  },
  accuracy: "exact",
});
