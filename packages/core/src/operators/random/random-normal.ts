import { float, int, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX RandomNormal. */
export const randomNormal = defineOperator({
  name: "RandomNormal",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    dtype: int({ default: 1 }),
    mean: float({ default: 0 }),
    scale: float({ default: 1 }),
    seed: float(),
    shape: ints({ required: true }),
  },
  accuracy: "exact",
});
