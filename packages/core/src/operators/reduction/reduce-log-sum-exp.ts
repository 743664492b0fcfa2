import { logSumExpPoints } from "../../lowering/reduce-points.ts";
import { nonNegativeAxes } from "../non-negative-axes.ts";
import { defineOperator } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";
import { axesToAttribute, axesToInput } from "./axes-versions.ts";
import {
  inferReduce,
  kernelAxes,
  reduceAttributes,
  reduceErrors,
  reduceInputs,
  reduceOutputs,
  reduceSamples,
  reducedShape,
  withAxesAttribute,
} from "./reduce.ts";
import { intsThroughDouble } from "./ints-through-double.ts";
import { foldRows, rowsOf } from "../../kernels/rows.ts";
import type { Tensor } from "../../tensors/tensor.ts";

/** log(sum(exp(x))) over axes, without overflow. ONNX ReduceLogSumExp. */
export const reduceLogSumExp = defineOperator({
  name: "ReduceLogSumExp",
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
  *reference(inputs, attributes, context) {
    const x = inputs[0] as Tensor;
    const axes = kernelAxes(inputs, attributes, context);
    const out = context.output(x.dtype, reducedShape(x.shape, axes, attributes.keepdims !== 0));
    const { length: count } = out.data;
    context.reserve(count * 16);
    const rows = yield* rowsOf(x, axes, context);
    const shifts = new Float64Array(count).fill(-Infinity);
    yield* foldRows(rows, shifts, (total, value) => Math.max(total, value));
    for (let i = 0; i < count; i++) if (Math.abs(shifts[i]) === Infinity) shifts[i] = 0;
    const sums = new Float64Array(count);
    yield* foldRows(rows, sums, (total, value, row) => total + Math.exp(value - shifts[row]));
    for (let i = 0; i < count; i++) out.data[i] = Math.log(sums[i]) + shifts[i];
    return [yield* out.rounded()];
  },
  lower: logSumExpPoints,
  accuracy: "reduction",
  samples: () =>
    reduceSamples({ all: 4.440189698561196, columns: [3.1269280110429727, 4.126928011042972], empty: -Infinity }),
  errors: reduceErrors,
});
