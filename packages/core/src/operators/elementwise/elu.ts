import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { expm1 } from "../../kernel-ir/functions/index.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { float, ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** x from 0 on, alpha (e^x - 1) below, elementwise. ONNX Elu. */
export const elu = defineOperator({
  name: "Elu",
  versions: [
    { since: 22 },
    { since: 6, types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { alpha: float({ default: 1 }), consumed_inputs: ints() }, upgrade: dropConsumedInputs },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { alpha: float({ default: 1 }) },
  infer: sameAsFirst,
  reference: unary({ float: (x, { alpha }) => (x < 0 ? alpha * Math.expm1(x) : x) }),
  lower: unaryPoints((x, k, { attributes: { alpha } }) => k.select(k.lt(x, 0), k.mul(expm1(k, x), alpha), x)),
  accuracy: "transcendental",
  samples: () => unarySamples([-1, 0, 2], [-1.2642411176571153, 0, 2], { alpha: 2 }),
});
