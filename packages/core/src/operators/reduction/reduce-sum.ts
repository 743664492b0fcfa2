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
import { addDims } from "../../snapshot/dims.ts";

/** Sum over axes; ints wrap. ONNX ReduceSum. */
export const reduceSum = defineOperator({
  name: "ReduceSum",
  versions: [
    { since: 13 },
    {
      since: 11,
      ...withAxesAttribute,
      changed: "axes became an input; noop_with_empty_axes",
      upgrade: axesToInput,
      downgrade: axesToAttribute,
      types: { T: REAL_1 },
    },
    { since: 1, changed: "axes may be negative", downgrade: nonNegativeAxes },
  ],
  inputs: reduceInputs,
  outputs: reduceOutputs,
  types: { T: REAL_13B },
  attributes: reduceAttributes,
  infer: inferReduce,
  propagate(context) {
    const sum = context.values(0)?.reduce(addDims, 0);
    return sum === undefined ? undefined : [sum];
  },
  reference: reduce(sumOf({ number: (x) => x, int: (x) => x, big: (x) => x })),
  lower: reducePoints({ reduction: "add", initial: () => 0 }),
  accuracy: "reduction",
  samples: () => reduceSamples({ all: 10, columns: [4, 6], empty: 0 }),
  errors: reduceErrors,
});
