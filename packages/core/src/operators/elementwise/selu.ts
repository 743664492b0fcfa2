import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { float, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** gamma x above 0, gamma alpha (e^x - 1) below, elementwise. ONNX Selu. */
export const selu = defineOperator({
  name: "Selu",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: { alpha: float({ default: 1.6732 }), consumed_inputs: ints(), gamma: float({ default: 1.0507 }) },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1.6732632 }), gamma: float({ default: 1.050701 }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha, gamma }) => (x > 0 ? gamma * x : gamma * alpha * Math.expm1(x)) }),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1], [-3.792723352971346, 0, 3], { alpha: 2, gamma: 3 }),
});
