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

/** The largest integer whose square is at most x, which is not negative. */
function integerSqrt(x: bigint): bigint {
  if (x < 2n) return x;
  let root = 1n << BigInt((x.toString(16).length + 1) * 2);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Square root of the sum of squares over axes; ints are truncated. ONNX ReduceL2. */
export const reduceL2 = defineOperator({
  name: "ReduceL2",
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
    float: { start: 0, step: (total, x) => total + x * x, end: Math.sqrt },
    int: { start: 0, step: (total, x) => total + x * x, end: (total) => Math.trunc(Math.sqrt(total)) },
    big: { start: 0n, step: (total, x) => total + x * x, end: integerSqrt },
  }),
  lower: reducePoints({
    reduction: "add",
    initial: () => 0,
    image: (x, k) => k.mul(x, x),
    end: (total, _count, k) => k.sqrt(total),
    floatsOnly: true,
  }),
  accuracy: "reduction",
  samples: () => reduceSamples({ all: Math.sqrt(30), columns: [Math.sqrt(10), Math.sqrt(20)], empty: 0 }),
  errors: reduceErrors,
});
