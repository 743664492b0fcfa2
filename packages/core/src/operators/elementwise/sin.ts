import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { sin as sinOf } from "../../kernel-ir/functions/index.ts";
import { functionPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** sin(x), x in radians, elementwise. ONNX Sin. */
export const sin = defineOperator({
  name: "Sin",
  versions: [{ since: 22 }, { since: 7, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.sin }),
  lower: functionPoints(sinOf),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 1, 3], [-0.8414709848078965, 0, 0.8414709848078965, 0.1411200080598672]),
});
