import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** |x|, elementwise. The smallest int stays as it is. ONNX Abs. */
export const abs = defineOperator({
  name: "Abs",
  versions: [
    { since: 13 },
    { since: 6, types: { T: REAL_1B } },
    {
      since: 1,
      types: { T: types("f16 f32 f64") },
      attributes: { consumed_inputs: ints() },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13E },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.abs, big: (x) => (x < 0n ? -x : x) }),
  lower: unaryPoints((x, k) => k.abs(x)),
  accuracy: "exact",
  samples: () => unarySamples([-1.5, 0, 2, -Infinity], [1.5, 0, 2, Infinity]),
});
