import { extremeOf, reducePoints } from "../../lowering/reduce-points.ts";
import { nonNegativeAxes } from "../non-negative-axes.ts";
import { defineOperator } from "../operator.ts";
import { REAL_1, REAL_12C, REAL_13D, REAL_AND_BOOL_20 } from "../type-sets.ts";
import { axesToAttribute, axesToInput } from "./axes-versions.ts";
import {
  extreme,
  inferReduce,
  reduce,
  reduceAttributes,
  reduceErrors,
  reduceInputs,
  reduceOutputs,
  reduceSamples,
  withAxesAttribute,
} from "./reduce.ts";
import { integerRange } from "../../dtypes/dtypes.ts";

/** Smallest value over axes, NaN if there is one; of nothing: the dtype's largest. ONNX ReduceMin. */
export const reduceMin = defineOperator({
  name: "ReduceMin",
  versions: [
    { since: 20 },
    { since: 18, types: { T: REAL_13D } },
    {
      since: 13,
      ...withAxesAttribute,
      changed: "axes became an input; noop_with_empty_axes",
      upgrade: axesToInput,
      downgrade: axesToAttribute,
    },
    { since: 12, types: { T: REAL_12C } },
    { since: 11, types: { T: REAL_1 } },
    { since: 1, changed: "axes may be negative", downgrade: nonNegativeAxes },
  ],
  inputs: reduceInputs,
  outputs: reduceOutputs,
  types: { T: REAL_AND_BOOL_20 },
  attributes: reduceAttributes,
  infer: inferReduce,
  reference: reduce({
    float: { start: (dtype) => extreme(dtype, 1), step: (total, x) => Math.min(total, x) },
    big: { start: (dtype) => integerRange(dtype).max, step: (total, x) => (x < total ? x : total) },
  }),
  lower: reducePoints({ reduction: "min", initial: (scalar) => extremeOf(scalar, 1) }),
  accuracy: "exact",
  samples: () => reduceSamples({ all: 1, columns: [1, 2], empty: Infinity }),
  errors: reduceErrors,
});
