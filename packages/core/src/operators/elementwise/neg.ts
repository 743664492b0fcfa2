import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { scaleDim } from "../../snapshot/dims.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { ints } from "../attributes.ts";
import { dropConsumedInputs } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13C, REAL_6, types } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** -x, elementwise. The smallest int stays as it is. ONNX Neg. */
export const neg = defineOperator({
  name: "Neg",
  versions: [
    { since: 13 },
    { since: 6, types: { T: REAL_6 } },
    {
      since: 1,
      types: { T: types("f16 f32 f64") },
      attributes: { consumed_inputs: ints() },
      upgrade: dropConsumedInputs,
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13C },
  attributes: {},
  infer: sameAsFirst,
  propagate: (context) => context.values(0)?.map((dim) => scaleDim(dim, -1)),
  reference: unary({ float: (x) => -x, big: (x) => -x }),
  lower: unaryPoints((x, k) => k.neg(x)),
  accuracy: "exact",
  samples: () => unarySamples([-1.5, 2, Infinity], [1.5, -2, -Infinity]),
});
