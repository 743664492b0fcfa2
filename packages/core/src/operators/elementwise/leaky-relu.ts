import { float, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LeakyRelu. */
export const leakyRelu = defineOperator({
  name: "LeakyRelu",
  versions: [
    { since: 16 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { alpha: float({ default: 0.01 }), consumed_inputs: ints() } },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 0.01 }) },
  accuracy: "exact",
});
