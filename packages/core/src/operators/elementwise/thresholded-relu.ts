import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** x above alpha, else 0, elementwise. ONNX ThresholdedRelu. */
export const thresholdedRelu = defineOperator({
  name: "ThresholdedRelu",
  versions: [{ since: 22 }, { since: 10, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha }) => (x > alpha ? x : 0) }),
  lower: unaryPoints((x, k, { attributes: { alpha } }) => k.select(k.gt(x, alpha), x, 0)),
  accuracy: "exact",
  samples: () => unarySamples([-1.5, 0, 2, 2.25], [0, 0, 0, 2.25], { alpha: 2 }),
});
