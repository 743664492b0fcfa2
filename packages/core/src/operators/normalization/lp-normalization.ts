import { normalizeAxis } from "../../kernels/broadcast.ts";
import { foldRows, inOriginalOrder, rowsOf, writeRows } from "../../kernels/rows.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { lpNormalizationPoints } from "../../lowering/normalization-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferAlongAxis } from "./exponential-sums.ts";

/** x / Lp norm along an axis (p 1 or 2); 0 where the norm is 0. ONNX LpNormalization. */
export const lpNormalization = defineOperator({
  name: "LpNormalization",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { axis: int({ default: -1 }), p: int({ default: 2 }) },
  infer(context) {
    checkP(context.attributes.p, context);
    return inferAlongAxis(context);
  },
  *reference(inputs, { axis, p }, context) {
    const x = inputs[0] as Tensor;
    checkP(p, context);
    const rows = yield* rowsOf(x, [normalizeAxis(axis, x.shape.length, context)], context);
    const out = context.output(x.dtype, rows.shape);
    context.reserve(rows.count * 8);
    const norms = new Float64Array(rows.count);
    if (p === 1) yield* foldRows(rows, norms, (sum, value) => sum + Math.abs(value));
    else {
      yield* foldRows(rows, norms, (sum, value) => sum + value * value);
      for (let row = 0; row < rows.count; row++) norms[row] = Math.sqrt(norms[row]);
    }
    yield* writeRows(rows, out.data, (value, row) => (norms[row] === 0 ? 0 : value / norms[row]));
    return [inOriginalOrder(yield* out.rounded(), rows)];
  },
  lower: lpNormalizationPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f64", [2, 2], [3, -4, 0, 0])],
      outputs: [tensorFrom("f64", [2, 2], [0.6, -0.8, 0, 0])],
    },
    {
      inputs: [tensorFrom("f32", [2, 2], [3, -4, 1, 0])],
      attributes: { axis: 0, p: 1 },
      outputs: [tensorFrom("f32", [2, 2], [0.75, -1, 0.25, 0])],
    },
    { inputs: [tensorFrom("f16", [3], [1, 2, 3])] },
  ],
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2])], attributes: { p: 3 }, message: /p is 3, expected 1 or 2/ },
    { inputs: [tensorFrom("f32", [2], [1, 2])], attributes: { axis: 1 }, message: /axis 1 must be in -1\.\.0/ },
  ],
});

function checkP(p: number, context: { fail(rule: string): never }): void {
  if (p !== 1 && p !== 2) context.fail(`p is ${p}, expected 1 or 2`);
}
