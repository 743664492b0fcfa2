import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { cos as cosOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** cos(x), x in radians, elementwise. ONNX Cos. */
export const cos = defineOperator({
  name: "Cos",
  versions: [{ since: 22 }, { since: 7, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.cos }),
  lower: functionPoints(cosOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1, 3], [0.5403023058681398, 1, 0.5403023058681398, -0.9899924966004454]),
});
