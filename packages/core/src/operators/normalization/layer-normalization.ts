import { type DType, dtypeOfOnnxCode } from "../../dtypes/dtypes.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { rowsOf, writeRows } from "../../kernels/rows.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { layerNormalizationPoints } from "../../lowering/normalization-points.ts";
import { float, int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { moments } from "./moments.ts";
import { axesFrom, checkRowScale, rowScale } from "./row-scale.ts";

/** Scale * (x - mean) / sqrt(variance + epsilon) + B with moments over the axes from `axis` on. ONNX LayerNormalization. */
export const layerNormalization = defineOperator({
  name: "LayerNormalization",
  versions: [{ since: 17 }],
  inputs: [required("X", "T"), required("Scale", "T"), optional("B", "T")],
  outputs: [required("Y", "T"), optional("Mean", "U"), optional("InvStdDev", "U")],
  types: { T: types("f16 bf16 f32 f64"), U: types("bf16 f32") },
  attributes: { axis: int({ default: -1 }), epsilon: float({ default: 1e-5 }), stash_type: int({ default: 1 }) },
  infer(context) {
    const { attributes } = context;
    const shape = context.shape(0);
    const stash = stashDtype(attributes.stash_type, context);
    const axes = shape && axesFrom(attributes.axis, shape.length, context);
    checkRowScale(1, shape, context);
    checkRowScale(2, shape, context);
    const kept = axes && shape?.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    return [context.type(0), tensorType(stash, kept), tensorType(stash, kept)];
  },
  *reference(inputs, { axis, epsilon, stash_type }, context) {
    const x = inputs[0] as Tensor;
    const { shape } = x;
    const stash = stashDtype(stash_type, context);
    const axes = axesFrom(axis, shape.length, context);
    const out = context.output(x.dtype, shape);
    const rows = yield* rowsOf(x, axes, context);
    const scale = yield* rowScale(inputs, 1, shape, axes[0], context);
    const bias = inputs[2] === undefined ? undefined : yield* rowScale(inputs, 2, shape, axes[0], context);
    const { means, variances } = yield* moments(rows, context);
    for (let row = 0; row < rows.count; row++) variances[row] = 1 / Math.sqrt(variances[row] + epsilon);
    yield* writeRows(rows, out.data, (value, row, column) => {
      const scaled = (value - means[row]) * variances[row] * scale.data[row * scale.rowStep + column];
      return bias === undefined ? scaled : scaled + bias.data[row * bias.rowStep + column];
    });
    const kept = shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
    const mean = context.wants(1) ? keep(means, stash, kept, context) : undefined;
    const inverse = context.wants(2) ? keep(variances, stash, kept, context) : undefined;
    return [yield* out.rounded(), mean, inverse];
  },
  lower: layerNormalizationPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [2, 2], [1, 3, -4, 4]), tensorFrom("f32", [2], [1, 2]), tensorFrom("f32", [1], [0.5])],
      attributes: { epsilon: 0 },
      outputs: [
        tensorFrom("f32", [2, 2], [-0.5, 2.5, -0.5, 2.5]),
        tensorFrom("f32", [2, 1], [2, 0]),
        tensorFrom("f32", [2, 1], [1, 0.25]),
      ],
    },
    {
      inputs: [tensorFrom("f16", [2, 2, 2], [1, 2, 3, 4, 5, 8, 1, 1]), tensorFrom("f16", [2, 1, 2], [1, 2, -1, 0])],
      attributes: { axis: 1 },
      outputCount: 3,
    },
    { inputs: [tensorFrom("f64", [2, 3], [1, 2, 3, 6, 5, 1]), tensorFrom("f64", [], [2])], attributes: { axis: 0 } },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("f32", [3], [1, 2, 3])],
      message: /input 1 has shape \[3\], expected one that broadcasts to \[1, 2\]/,
    },
    {
      inputs: [tensorFrom("f32", [1], [1]), tensorFrom("f32", [1], [1])],
      attributes: { axis: 1 },
      message: /axis 1 must be in -1\.\.0/,
    },
    {
      inputs: [tensorFrom("f32", [1], [1]), tensorFrom("f32", [1], [1])],
      attributes: { stash_type: 7 },
      message: /stash_type is 7, expected 1 \(f32\) or 16 \(bf16\)/,
    },
  ],
});

function stashDtype(code: number, context: { fail(rule: string): never }): DType {
  const dtype = dtypeOfOnnxCode(code);
  if (dtype === "f32" || dtype === "bf16") return dtype;
  return context.fail(`stash_type is ${code}, expected 1 (f32) or 16 (bf16)`);
}

function keep(values: Float64Array, dtype: DType, shape: readonly number[], context: KernelContext): Tensor {
  const out = context.output(dtype, shape);
  out.data.set(values);
  return out.tensor();
}
