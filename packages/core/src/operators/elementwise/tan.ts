import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { tan as tanOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** tan(x), x in radians, elementwise. ONNX Tan. */
export const tan = defineOperator({
  name: "Tan",
  versions: [{ since: 22 }, { since: 7, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.tan }),
  lower: functionPoints(tanOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1], [-1.5574077246549023, 0, 1.5574077246549023]),
});
