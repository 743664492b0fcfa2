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
  wrap,
} from "./reduce.ts";
import { type Dim, mulDims } from "../../snapshot/dims.ts";

/** Product over axes; ints wrap. ONNX ReduceProd. */
export const reduceProd = defineOperator({
  name: "ReduceProd",
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
  propagate(context) {
    const values = context.values(0);
    if (values === undefined) return undefined;
    let product: Dim | undefined = 1;
    for (const value of values) product = product === undefined ? undefined : mulDims(product, value);
    return product === undefined ? undefined : [product];
  },
  reference: reduce({
    float: { start: 1, step: (total, x) => total * x },
    int: { start: 1, step: Math.imul },
    big: { start: 1n, step: (total, x) => wrap(total * x) },
  }),
  lower: reducePoints({ reduction: "mul", initial: () => 1 }),
  accuracy: "reduction",
  samples: () => reduceSamples({ all: 24, columns: [3, 8], empty: 1 }),
  errors: reduceErrors,
});
