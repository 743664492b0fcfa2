import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** x max(0, min(1, x / 6 + 1/2)), elementwise. ONNX HardSwish. */
export const hardSwish = defineOperator({
  name: "HardSwish",
  versions: [{ since: 22 }, { since: 14, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)) }),
  lower: unaryPoints((x, k) => k.mul(x, k.max(k.min(k.add(k.div(x, 6), 0.5), 1), 0))),
  accuracy: "rounding",
  samples: () => unarySamples([-4, -1, 0, 1, 4], [0, -0.33333333333333337, 0, 0.6666666666666666, 4]),
});
