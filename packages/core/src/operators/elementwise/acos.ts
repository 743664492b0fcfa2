import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { acos as acosOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** arccos(x) in radians, elementwise; NaN outside of -1..1. ONNX Acos. */
export const acos = defineOperator({
  name: "Acos",
  versions: [{ since: 22 }, { since: 7, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.acos }),
  lower: functionPoints(acosOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-0.5, 0, 0.5, 1], [2.0943951023931957, 1.5707963267948966, 1.0471975511965979, 0]),
});
