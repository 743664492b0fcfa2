import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { expm1 } from "../../kernel-ir/functions/index.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** max(0, x) + min(0, alpha (e^(x / alpha) - 1)), elementwise. ONNX Celu. */
export const celu = defineOperator({
  name: "Celu",
  versions: [{ since: 28 }, { since: 12, types: { T: types("f32") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha }) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)) }),
  lower: unaryPoints((x, k, { attributes: { alpha } }) =>
    k.add(k.max(x, 0), k.min(k.mul(expm1(k, k.let("t", k.div(x, alpha))), alpha), 0)),
  ),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 2], [-0.7869386805747332, 0, 2], { alpha: 2 }),
});
