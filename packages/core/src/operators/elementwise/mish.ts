import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { tanh } from "../../kernel-ir/functions/index.ts";
import { softplusPoint } from "../../lowering/softplus-point.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { softplusOf } from "./activations.ts";
import { unarySamples } from "./samples.ts";

/** x tanh(ln(1 + e^x)), elementwise. ONNX Mish. */
export const mish = defineOperator({
  name: "Mish",
  versions: [{ since: 22 }, { since: 18, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: (x) => x * Math.tanh(softplusOf(x)) }),
  lower: unaryPoints((x, k) => k.mul(x, tanh(k, k.let("t", softplusPoint(x, k))))),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 2], [-0.30340146137410895, 0, 1.9439589595339946]),
});
