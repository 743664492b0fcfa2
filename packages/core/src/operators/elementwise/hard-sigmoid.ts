import { float, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX HardSigmoid. */
export const hardSigmoid = defineOperator({
  name: "HardSigmoid",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: { alpha: float({ default: 0.2 }), beta: float({ default: 0.5 }), consumed_inputs: ints() },
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 0.2 }), beta: float({ default: 0.5 }) },
  accuracy: "exact",
});
