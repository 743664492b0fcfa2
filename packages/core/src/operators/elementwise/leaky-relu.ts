import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { float, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** x from 0 on, alpha x below, elementwise. ONNX LeakyRelu. */
export const leakyRelu = defineOperator({
  name: "LeakyRelu",
  versions: [
    { since: 16 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { alpha: float({ default: 0.01 }), consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 0.01 }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha }) => (x < 0 ? alpha * x : x) }),
  lower: unaryPoints((x, k, { attributes: { alpha } }) => k.select(k.lt(x, 0), k.mul(x, alpha), x)),
  accuracy: "rounding",
  samples: () => unarySamples([-1, 0, 1], [-0.125, 0, 1], { alpha: 0.125 }),
});
