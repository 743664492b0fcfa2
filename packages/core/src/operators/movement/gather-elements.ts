import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { copyElement, eachRow, inPrecision } from "../../kernels/move.ts";
import { checkedIndex, rawIndices } from "../../kernels/take.ts";
import { formatShape } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { gatherElementsPoints } from "../../lowering/gather-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** out[i][j] = data[indices[i][j]][j] for axis 0, and likewise for other axes and ranks. ONNX GatherElements. */
export const gatherElements = defineOperator({
  name: "GatherElements",
  versions: [{ since: 13 }, { since: 11, types: { T: ANY_1, Tind: types("i32 i64") } }],
  inputs: [required("data", "T"), required("indices", "Tind")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: { axis: int({ default: 0 }) },
  infer(context) {
    const [shape, places] = [context.shape(0), context.shape(1)];
    if (shape !== undefined) normalizeAxis(context.attributes.axis, shape.length, context);
    if (shape !== undefined && places !== undefined && shape.length !== places.length) {
      context.fail(`data has rank ${shape.length} and indices ${places.length}, expected one rank`);
    }
    return sameDtypeAsFirst(context, places);
  },
  reference: function* ([input, places], attributes, context) {
    const data = inPrecision(input as Tensor, context.wide);
    const { shape } = places as Tensor;
    const axis = normalizeAxis(attributes.axis, data.shape.length, context);
    if (shape.length !== data.shape.length || shape.some((dim, i) => i !== axis && dim > data.shape[i])) {
      context.fail(`indices ${formatShape(shape)} must fit into data ${formatShape(data.shape)} but for axis ${axis}`);
    }
    const out = context.allocate(data.dtype, shape);
    const at = yield* rawIndices(places as Tensor, context);
    const lines = { offset: 0, strides: data.strides.map((stride, i) => (i === axis ? 0 : stride)) };
    const [length, step] = [data.shape[axis], data.strides[axis]];
    const inLine = data.strides[shape.length - 1] * (axis === shape.length - 1 ? 0 : 1);
    yield* eachRow(shape, [out, lines], ([to, line], count) => {
      for (let i = 0; i < count; i++) {
        copyElement(out, to + i, data, line + i * inLine + checkedIndex(at[to + i], length, axis, context) * step);
      }
    });
    return [out];
  },
  lower: gatherElementsPoints,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { axis: 1 },
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("i64", [2, 2], [0, 0, 1, 0])],
      outputs: [tensorFrom("f32", [2, 2], [1, 1, 4, 3])],
    },
    {
      inputs: [
        tensorFrom("i32", [3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        tensorFrom("i32", [2, 3], [-1, -2, 0, -2, 0, 0]),
      ],
      outputs: [tensorFrom("i32", [2, 3], [7, 5, 3, 4, 2, 3])],
    },
  ],
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1], [-3])], message: /index -3 must be in -2\.\.1/ },
    { inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1, 1], [0])], message: /one rank/ },
  ],
});
