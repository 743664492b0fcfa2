import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { sigmoid } from "../../kernel-ir/functions/index.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { sigmoidOf } from "./activations.ts";
import { unarySamples } from "./samples.ts";

/** x / (1 + e^(-alpha x)), elementwise. ONNX Swish. */
export const swish = defineOperator({
  name: "Swish",
  versions: [{ since: 24 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha }) => x * sigmoidOf(alpha * x) }),
  lower: unaryPoints((x, k, { attributes: { alpha } }) => k.mul(x, sigmoid(k, k.let("t", k.mul(x, alpha))))),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 2], [-0.11920292202211755, 0, 1.964027580075817], { alpha: 2 }),
});
