import { float, int, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX RandomUniform. */
export const randomUniform = defineOperator({
  name: "RandomUniform",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    dtype: int({ default: 1 }),
    high: float({ default: 1 }),
    low: float({ default: 0 }),
    seed: float(),
    shape: ints({ required: true }),
  },
  accuracy: "exact",
});
