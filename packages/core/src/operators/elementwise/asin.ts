import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { asin as asinOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** arcsin(x) in radians, elementwise; NaN outside of -1..1. ONNX Asin. */
export const asin = defineOperator({
  name: "Asin",
  versions: [{ since: 22 }, { since: 7, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.asin }),
  lower: functionPoints(asinOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-0.5, 0, 0.5, 1], [-0.5235987755982989, 0, 0.5235987755982989, 1.5707963267948966]),
});
