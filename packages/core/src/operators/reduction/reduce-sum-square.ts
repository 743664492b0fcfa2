import { reducePoints } from "../../lowering/reduce-points.ts";
import { nonNegativeAxes } from "../non-negative-axes.ts";
import { defineOperator } from "../operator.ts";
import { REAL_1, REAL_13B } from "../type-sets.ts";
import { axesToAttribute, axesToInput } from "./axes-versions.ts";
import {
  inferReduce,
  reduce,
  reduceAttributes,
  reduceErrors,
  reduceInputs,
  reduceOutputs,
  reduceSamples,
  sumOf,
  withAxesAttribute,
} from "./reduce.ts";

/** Sum of squares over axes; ints wrap. ONNX ReduceSumSquare. */
export const reduceSumSquare = defineOperator({
  name: "ReduceSumSquare",
  versions: [
    { since: 18 },
    {
      since: 13,
      ...withAxesAttribute,
      changed: "axes became an input; noop_with_empty_axes",
      upgrade: axesToInput,
      downgrade: axesToAttribute,
    },
    { since: 11, types: { T: REAL_1 } },
    { since: 1, changed: "axes may be negative", downgrade: nonNegativeAxes },
  ],
  inputs: reduceInputs,
  outputs: reduceOutputs,
  types: { T: REAL_13B },
  attributes: reduceAttributes,
  infer: inferReduce,
  reference: reduce(sumOf({ number: (x) => x * x, int: (x) => Math.imul(x, x), big: (x) => x * x })),
  lower: reducePoints({ reduction: "add", initial: () => 0, image: (x, k) => k.mul(x, x) }),
  accuracy: "reduction",
  samples: () => reduceSamples({ all: 30, columns: [10, 20], empty: 0 }),
  errors: reduceErrors,
});
