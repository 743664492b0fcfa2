import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { atan as atanOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** arctan(x) in radians, elementwise. ONNX Atan. */
export const atan = defineOperator({
  name: "Atan",
  versions: [{ since: 22 }, { since: 7, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.atan }),
  lower: functionPoints(atanOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1, Infinity], [-0.7853981633974483, 0, 0.7853981633974483, 1.5707963267948966]),
});
