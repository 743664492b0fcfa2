import { log } from "../../kernel-ir/functions/index.ts";
import { reducePoints } from "../../lowering/reduce-points.ts";
import { nonNegativeAxes } from "../non-negative-axes.ts";
import { defineOperator } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";
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
import { intsThroughDouble } from "./ints-through-double.ts";

/** Logarithm of the sum over axes. ONNX ReduceLogSum. */
export const reduceLogSum = defineOperator({
  name: "ReduceLogSum",
  versions: [
    { since: 28 },
    { since: 18, types: { T: REAL_13B }, upgrade: intsThroughDouble },
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
  types: { T: types("f16 bf16 f32 f64") },
  attributes: reduceAttributes,
  infer: inferReduce,
  reference: reduce({ float: { start: 0, step: (total, x) => total + x, end: Math.log } }),
  lower: reducePoints({
    reduction: "add",
    initial: () => 0,
    end: (total, _count, k) => log(k, total),
    floatsOnly: true,
  }),
  accuracy: "reduction",
  samples: () => reduceSamples({ all: Math.log(10), columns: [Math.log(4), Math.log(6)], empty: -Infinity }),
  errors: reduceErrors,
});
