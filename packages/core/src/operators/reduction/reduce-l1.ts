import { reducePoints } from "../../lowering/reduce-points.ts";
import { nonNegativeAxes } from "../non-negative-axes.ts";
import { defineOperator } from "../operator.ts";
import { REAL_1, REAL_13B } from "../type-sets.ts";
import { axesToAttribute, axesToInput } from "./axes-versions.ts";
import {
  absolute,
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

/** Sum of absolute values over axes; ints wrap. ONNX ReduceL1. */
export const reduceL1 = defineOperator({
  name: "ReduceL1",
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
  reference: reduce(sumOf({ number: Math.abs, int: Math.abs, big: absolute })),
  lower: reducePoints({ reduction: "add", initial: () => 0, image: (x, k) => k.abs(x) }),
  accuracy: "reduction",
  samples: () => reduceSamples({ all: 10, columns: [4, 6], empty: 0 }),
  errors: reduceErrors,
});
