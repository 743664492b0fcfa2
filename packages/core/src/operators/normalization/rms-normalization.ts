import { foldRows, rowsOf, writeRows } from "../../kernels/rows.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { rmsNormalizationPoints } from "../../lowering/normalization-points.ts";
import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { axesFrom, checkRowScale, rowScale } from "./row-scale.ts";

/** scale * x / sqrt(mean(x²) + epsilon) over the axes from `axis` on, in the dtype of scale. ONNX RMSNormalization. */
export const rmsNormalization = defineOperator({
  name: "RMSNormalization",
  versions: [{ since: 23 }],
  inputs: [required("X", "T"), required("scale", "V")],
  outputs: [required("Y", "V")],
  types: { T: types("f16 bf16 f32 f64"), V: types("f16 bf16 f32 f64") },
  attributes: { axis: int({ default: -1 }), epsilon: float({ default: 1e-5 }), stash_type: int({ default: 1 }) },
  infer(context) {
    const [shape, dtype] = [context.shape(0), context.dtype(1)];
    if (shape !== undefined) axesFrom(context.attributes.axis, shape.length, context);
    checkRowScale(1, shape, context);
    return [dtype && tensorType(dtype, shape)];
  },
  *reference(inputs, { axis, epsilon }, context) {
    const [x, { dtype }] = inputs as [Tensor, Tensor];
    const axes = axesFrom(axis, x.shape.length, context);
    const out = context.output(dtype, x.shape);
    const rows = yield* rowsOf(x, axes, context);
    const scale = yield* rowScale(inputs, 1, x.shape, axes[0], context);
    context.reserve(rows.count * 8);
    const factors = new Float64Array(rows.count);
    yield* foldRows(rows, factors, (sum, value) => sum + value * value);
    for (let row = 0; row < rows.count; row++) factors[row] = 1 / Math.sqrt(factors[row] / rows.length + epsilon);
    yield* writeRows(
      rows,
      out.data,
      (value, row, column) => value * factors[row] * scale.data[row * scale.rowStep + column],
    );
    return [yield* out.rounded()];
  },
  lower: rmsNormalizationPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [2, 2], [1, 7, -4, 4]), tensorFrom("f32", [2], [1, 2])],
      attributes: { epsilon: 0 },
      outputs: [tensorFrom("f32", [2, 2], [0.2, 2.8, -1, 2])],
    },
    {
      inputs: [tensorFrom("f16", [2, 1, 2], [1, 2, 3, 4]), tensorFrom("f32", [2, 1, 1], [1, 3])],
      attributes: { axis: -2 },
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("f32", [1, 1], [1])],
      message: /input 1 has shape \[1, 1\], expected one that broadcasts to \[2\]/,
    },
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("f32", [1], [1])],
      attributes: { axis: -2 },
      message: /axis -2 must be in/,
    },
  ],
});
