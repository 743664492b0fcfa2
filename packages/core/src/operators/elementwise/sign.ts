import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { isUnsigned } from "../../lowering/integer-points.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";
import { unarySamples } from "./samples.ts";

/** -1, 0 or 1, as x is below, equal to or above 0, elementwise; NaN stays NaN. ONNX Sign. */
export const sign = defineOperator({
  name: "Sign",
  versions: [{ since: 13 }, { since: 9, types: { T: REAL_1B } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_13E },
  attributes: {},
  infer: sameAsFirst,
  reference: unary({ float: Math.sign, big: (x) => (x < 0n ? -1n : x > 0n ? 1n : 0n) }),
  lower: unaryPoints((x, k, { scalar }) =>
    isUnsigned(scalar) ? k.min(x, 1) : k.select(k.gt(x, 0), 1, k.select(k.lt(x, 0), -1, x)),
  ),
  accuracy: "exact",
  samples: () => unarySamples([-2.5, 0, 7], [-1, 0, 1]),
});
