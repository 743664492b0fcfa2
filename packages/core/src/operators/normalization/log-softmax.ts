import { normalizeAxis } from "../../kernels/broadcast.ts";
import { inOriginalOrder, rowsOf, writeRows } from "../../kernels/rows.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { logSoftmaxPoints } from "../../lowering/softmax-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { exponentialSums, inferAlongAxis } from "./exponential-sums.ts";
import { flatteningVersions } from "./flattening-versions.ts";

/** x - log(sum(exp(x))) along an axis, without overflow. ONNX LogSoftmax. */
export const logSoftmax = defineOperator({
  name: "LogSoftmax",
  versions: flatteningVersions,
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { axis: int({ default: -1 }) },
  infer: inferAlongAxis,
  *reference(inputs, { axis }, context) {
    const x = inputs[0] as Tensor;
    const rows = yield* rowsOf(x, [normalizeAxis(axis, x.shape.length, context)], context);
    const out = context.output(x.dtype, rows.shape);
    const { maxima, sums } = yield* exponentialSums(rows, context);
    for (let row = 0; row < rows.count; row++) sums[row] = Math.log(sums[row]);
    yield* writeRows(rows, out.data, (value, row) => value - maxima[row] - sums[row]);
    return [inOriginalOrder(yield* out.rounded(), rows)];
  },
  lower: logSoftmaxPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1, 3], [-1, 0, 1])],
      outputs: [tensorFrom("f32", [1, 3], [-2.4076059644443806, -1.4076059644443804, -0.4076059644443804])],
    },
    {
      inputs: [tensorFrom("f64", [2, 2], [0, 10000, 0, 10000])],
      attributes: { axis: 0 },
      outputs: [tensorFrom("f64", [2, 2], [-Math.LN2, -Math.LN2, -Math.LN2, -Math.LN2])],
    },
    { inputs: [tensorFrom("bf16", [2, 3, 2], [0, 1, 2, 3, 4, 5, 1, 1, 2, 0.5, -4, 2])], attributes: { axis: -2 } },
  ],
  errors: () => [{ inputs: [tensorFrom("f32", [], [1])], message: /axis -1/ }],
});
