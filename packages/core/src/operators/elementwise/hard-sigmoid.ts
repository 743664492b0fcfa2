import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { float, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** max(0, min(1, alpha x + beta)), elementwise. ONNX HardSigmoid. */
export const hardSigmoid = defineOperator({
  name: "HardSigmoid",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    {
      since: 1,
      attributes: { alpha: float({ default: 0.2 }), beta: float({ default: 0.5 }), consumed_inputs: ints() },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 0.2 }), beta: float({ default: 0.5 }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha, beta }) => Math.max(0, Math.min(1, alpha * x + beta)) }),
  lower: unaryPoints((x, k, { attributes: { alpha, beta } }) => k.max(k.min(k.muladd(x, alpha, beta), 1), 0)),
  accuracy: "rounding",
  samples: () => unarySamples([-2, -1, 0, 1], [0, 0.125, 0.625, 1], { alpha: 0.5, beta: 0.625 }),
});
