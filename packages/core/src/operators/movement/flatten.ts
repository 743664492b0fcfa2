import { freshShape, sameDtypeAsFirst } from "../../inference/shapes.ts";
import { contiguous } from "../../kernels/move.ts";
import { productOfDims } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, reshaped, type Tensor } from "../../tensors/tensor.ts";
import { reshapePoints } from "../../lowering/reshape-points.ts";
import { int } from "../attributes.ts";
import { axesFromFront } from "../edit-node.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** A matrix: the dims before axis make its rows, the others its columns. ONNX Flatten. */
export const flatten = defineOperator({
  name: "Flatten",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 11, types: { T: ANY_1 } },
    { since: 9, changed: "a negative axis", downgrade: axesFromFront("axis") },
    { since: 1, types: { T: types("f16 f32 f64") } },
  ],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_25 },
  attributes: { axis: int({ default: 1 }) },
  infer(context) {
    const shape = context.shape(0);
    if (shape === undefined) return sameDtypeAsFirst(context, freshShape(2, context));
    const axis = splitAxis(context.attributes.axis, shape.length, context);
    const rows = productOfDims(shape.slice(0, axis)) ?? context.fresh();
    return sameDtypeAsFirst(context, [rows, productOfDims(shape.slice(axis)) ?? context.fresh()]);
  },
  reference: function* ([input], attributes, context) {
    const { shape } = input as Tensor;
    const axis = splitAxis(attributes.axis, shape.length, context);
    const dims = [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))];
    return [reshaped(yield* contiguous(input as Tensor, context), dims)];
  },
  lower: reshapePoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [1, 2, 3], [1, 2, 3, 4, 5, 6]);
    return [
      { attributes: { axis: 2 }, inputs: [input], outputs: [tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6])] },
      { attributes: { axis: 0 }, inputs: [input], outputs: [tensorFrom("f32", [1, 6], [1, 2, 3, 4, 5, 6])] },
      { attributes: { axis: -1 }, inputs: [input], outputs: [tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6])] },
    ];
  },
  errors: () => [
    { attributes: { axis: 3 }, inputs: [tensorFrom("f32", [1, 2], [1, 2])], message: /axis 3 must be in -2\.\.2/ },
  ],
});

/** An axis in -rank..rank, made non-negative. */
function splitAxis(axis: number, rank: number, context: { fail(rule: string): never }): number {
  if (axis < -rank || axis > rank) context.fail(`axis ${axis} must be in ${-rank}..${rank}`);
  return axis < 0 ? axis + rank : axis;
}
