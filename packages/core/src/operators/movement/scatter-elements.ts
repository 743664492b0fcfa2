import { sameAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { eachRow } from "../../kernels/move.ts";
import { checkedIndex, rawIndices } from "../../kernels/take.ts";
import { scatterElementsPoints } from "../../lowering/scatter-points.ts";
import { formatShape } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { denseStrides, type Tensor } from "../../tensors/tensor.ts";
import { int, string } from "../attributes.ts";
import { onlyString } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";
import { checkReduction, scatterOnto, withoutExtremes } from "./scatter-onto.ts";

/**
 * A copy of data with out[indices[i][j]][j] = updates[i][j] for axis 0, and likewise otherwise; or combined by a
 * reduction. ONNX ScatterElements.
 */
export const scatterElements = defineOperator({
  name: "ScatterElements",
  versions: [
    { since: 18 },
    { since: 16, changed: "max and min", downgrade: withoutExtremes },
    {
      since: 13,
      attributes: { axis: int({ default: 0 }) },
      changed: "reductions",
      downgrade: onlyString("reduction", "none"),
    },
    { since: 11, types: { T: ANY_1, Tind: types("i32 i64") } },
  ],
  inputs: [required("data", "T"), required("indices", "Tind"), required("updates", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: { axis: int({ default: 0 }), reduction: string({ default: "none" }) },
  infer(context) {
    const [shape, places, updates] = [0, 1, 2].map((i) => context.shape(i));
    checkReduction(context.attributes.reduction, context);
    if (shape !== undefined) normalizeAxis(context.attributes.axis, shape.length, context);
    for (const other of [places, updates]) {
      if (shape !== undefined && other !== undefined && other.length !== shape.length) {
        context.fail(`data has rank ${shape.length} and indices or updates ${other.length}, expected one rank`);
      }
    }
    return sameAsFirst(context);
  },
  reference: function* ([input, places, updates], attributes, context) {
    const data = input as Tensor;
    const { shape } = places as Tensor;
    const axis = normalizeAxis(attributes.axis, data.shape.length, context);
    const fits = shape.length === data.shape.length && shape.every((dim, i) => i === axis || dim <= data.shape[i]);
    const found = (updates as Tensor).shape;
    if (!fits || found.length !== shape.length || found.some((dim, i) => dim !== shape[i])) {
      context.fail(
        `indices ${formatShape(shape)} and updates ${formatShape(found)} must be equal and fit into data ${formatShape(data.shape)}`,
      );
    }
    const scatter = yield* scatterOnto(data, updates as Tensor, attributes.reduction, context);
    const at = yield* rawIndices(places as Tensor, context);
    const strides = denseStrides(data.shape);
    const lines = { offset: 0, strides: strides.map((stride, i) => (i === axis ? 0 : stride)) };
    const inLine = axis === shape.length - 1 ? 0 : 1;
    yield* eachRow(shape, [{ offset: 0, strides: denseStrides(shape) }, lines], ([from, line], count) => {
      for (let i = 0; i < count; i++) {
        const to = line + i * inLine + checkedIndex(at[from + i], data.shape[axis], axis, context) * strides[axis];
        scatter.write(to, from + i, 1);
      }
    });
    return [yield* scatter.finished()];
  },
  lower: scatterElementsPoints,
  accuracy: "reduction",
  samples: () => {
    const data = tensorFrom("f32", [1, 5], [1, 2, 3, 4, 5]);
    return [
      {
        attributes: { axis: 1 },
        inputs: [data, tensorFrom("i64", [1, 2], [1, -2]), tensorFrom("f32", [1, 2], [1.5, 2.5])],
        outputs: [tensorFrom("f32", [1, 5], [1, 1.5, 3, 2.5, 5])],
      },
      {
        attributes: { axis: 1, reduction: "add" },
        inputs: [data, tensorFrom("i64", [1, 2], [1, 1]), tensorFrom("f32", [1, 2], [1.5, 2.5])],
        outputs: [tensorFrom("f32", [1, 5], [1, 6, 3, 4, 5])],
      },
      {
        attributes: { reduction: "max" },
        inputs: [tensorFrom("i64", [2], [1, 9]), tensorFrom("i32", [2], [0, 1]), tensorFrom("i64", [2], [4, 4])],
        outputs: [tensorFrom("i64", [2], [4, 9])],
      },
    ];
  },
  errors: () => {
    const data = tensorFrom("f32", [2], [1, 2]);
    return [
      { inputs: [data, tensorFrom("i64", [1], [2]), tensorFrom("f32", [1], [1])], message: /index 2/ },
      { inputs: [data, tensorFrom("i64", [1], [0]), tensorFrom("f32", [2], [1, 1])], message: /must be equal/ },
      {
        attributes: { reduction: "sub" },
        inputs: [data, tensorFrom("i64", [1], [0]), tensorFrom("f32", [1], [1])],
        message: /reduction "sub"/,
      },
    ];
  },
});
