import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { asinh as asinhOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** arsinh(x), elementwise. ONNX Asinh. */
export const asinh = defineOperator({
  name: "Asinh",
  versions: [{ since: 22 }, { since: 9, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.asinh }),
  lower: functionPoints(asinhOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1, 20], [-0.881373587019543, 0, 0.881373587019543, 3.6895038689889055]),
});
