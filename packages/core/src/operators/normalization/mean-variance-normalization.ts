import { normalizeAxes } from "../../kernels/broadcast.ts";
import { inOriginalOrder, rowsOf, writeRows } from "../../kernels/rows.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { meanVarianceNormalizationPoints } from "../../lowering/normalization-points.ts";
import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { moments } from "./moments.ts";

/** Added to the standard deviation; the definition's constant. */
const EPSILON = 1e-9;

/** (x - mean) / (standard deviation + 1e-9) with moments over axes. ONNX MeanVarianceNormalization. */
export const meanVarianceNormalization = defineOperator({
  name: "MeanVarianceNormalization",
  versions: [{ since: 13 }, { since: 9, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { axes: ints({ default: [0, 2, 3] }) },
  infer(context) {
    const shape = context.shape(0);
    if (shape !== undefined) normalizeAxes(context.attributes.axes, shape.length, context);
    return [context.type(0)];
  },
  *reference(inputs, { axes }, context) {
    const x = inputs[0] as Tensor;
    const rows = yield* rowsOf(x, normalizeAxes(axes, x.shape.length, context), context);
    const out = context.output(x.dtype, rows.shape);
    const { means, variances } = yield* moments(rows, context);
    for (let row = 0; row < rows.count; row++) variances[row] = Math.sqrt(variances[row]) + EPSILON;
    yield* writeRows(rows, out.data, (value, row) => (value - means[row]) / variances[row]);
    return [inOriginalOrder(yield* out.rounded(), rows)];
  },
  lower: meanVarianceNormalizationPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [2, 2, 1, 1], [1, 2, 5, 8])],
      outputs: [tensorFrom("f32", [2, 2, 1, 1], [-1, -1, 1, 1])],
    },
    { inputs: [tensorFrom("f16", [2, 3], [1, 2, 4, 0, 0, 6])], attributes: { axes: [-1] } },
  ],
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2])], message: /axis 2 must be in -1\.\.0/ },
    { inputs: [tensorFrom("f32", [2], [1, 2])], attributes: { axes: [0, -1] }, message: /must be distinct/ },
  ],
});
