import { normalizeAxis } from "../../kernels/broadcast.ts";
import { foldRows, inOriginalOrder, rowsOf, writeRows } from "../../kernels/rows.ts";
import { hardmaxPoints } from "../../lowering/reduce-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { inferAlongAxis } from "./exponential-sums.ts";
import { flatteningVersions } from "./flattening-versions.ts";

/** 1 at the first largest value along an axis (the first NaN, if there is one), else 0. ONNX Hardmax. */
export const hardmax = defineOperator({
  name: "Hardmax",
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
    context.reserve(rows.count * 8);
    const { data, length } = rows;
    const places = new Float64Array(rows.count);
    yield* foldRows(rows, places, (place, value, row, column) => {
      const best = data[row * length + place];
      return value > best || (Number.isNaN(value) && !Number.isNaN(best)) ? column : place;
    });
    yield* writeRows(rows, out.data, (_value, row, column) => (column === places[row] ? 1 : 0));
    return [inOriginalOrder(yield* out.rounded(), rows)];
  },
  lower: hardmaxPoints,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [4, 4], [3, 0, 1, 2, 2, 5, 1, 0, 0, 1, 3, 2, 0, 1, 2, 3])],
      outputs: [tensorFrom("f32", [4, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])],
    },
    { inputs: [tensorFrom("f32", [1, 4], [3, 3, 3, 1])], outputs: [tensorFrom("f32", [1, 4], [1, 0, 0, 0])] },
    {
      inputs: [tensorFrom("f16", [2, 2], [1, 2, 3, -4])],
      attributes: { axis: 0 },
      outputs: [tensorFrom("f16", [2, 2], [0, 1, 1, 0])],
    },
  ],
  errors: () => [{ inputs: [tensorFrom("f32", [2], [1, 2])], attributes: { axis: -2 }, message: /axis -2 must be in/ }],
});
