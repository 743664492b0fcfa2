import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { sinh as sinhOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** sinh(x), elementwise. ONNX Sinh. */
export const sinh = defineOperator({
  name: "Sinh",
  versions: [{ since: 22 }, { since: 9, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.sinh }),
  lower: functionPoints(sinhOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1, 3], [-1.1752011936438014, 0, 1.1752011936438014, 10.017874927409903]),
});
