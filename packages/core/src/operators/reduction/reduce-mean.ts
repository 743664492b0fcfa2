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
  withAxesAttribute,
} from "./reduce.ts";

/** Mean over axes; ints are truncated. ONNX ReduceMean. */
export const reduceMean = defineOperator({
  name: "ReduceMean",
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
  reference: reduce({
    float: { start: 0, step: (total, x) => total + x, end: (total, count) => total / count },
    int: { start: 0, step: (total, x) => total + x, end: (total, count) => Math.trunc(total / count), nonEmpty: true },
    big: { start: 0n, step: (total, x) => total + x, end: (total, count) => total / BigInt(count), nonEmpty: true },
  }),
  lower: reducePoints({
    reduction: "add",
    initial: () => 0,
    end: (total, count, k) => k.div(total, count),
    floatsOnly: true,
  }),
  accuracy: "reduction",
  samples: () => reduceSamples({ all: 2.5, columns: [2, 3], empty: NaN }),
  errors: reduceErrors,
});
