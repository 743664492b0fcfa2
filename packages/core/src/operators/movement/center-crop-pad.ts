import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxes } from "../../kernels/broadcast.ts";
import { checkDims, checkVector, indexVector } from "../../kernels/index-vector.ts";
import { centerCropPadPoints } from "../../lowering/pad-points.ts";
import { type Dim } from "../../snapshot/dims.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_13, types } from "../type-sets.ts";
import { moveOverlap } from "./move-overlap.ts";

/** The input cut or padded with zeros to the given dims, its center staying in the center. ONNX CenterCropPad. */
export const centerCropPad = defineOperator({
  name: "CenterCropPad",
  versions: [{ since: 18 }],
  inputs: [required("input_data", "T"), required("shape", "Tind")],
  outputs: [required("output_data", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: { axes: ints() },
  infer(context) {
    checkVector(context.shape(1), "shape", context);
    const shape = context.shape(0);
    const target = context.values(1);
    if (shape === undefined) return sameDtypeAsFirst(context);
    const axes = axesOf(context.attributes.axes, shape.length, context);
    const dims = shape.map((dim, axis) =>
      axes.includes(axis) ? (target?.[axes.indexOf(axis)] ?? context.fresh()) : dim,
    );
    if (target !== undefined) checkTarget(target, axes, context);
    return sameDtypeAsFirst(context, dims);
  },
  reference: function* ([input, shape], attributes, context) {
    const data = input as Tensor;
    const axes = axesOf(attributes.axes, data.shape.length, context);
    const target = indexVector(shape as Tensor, "shape", context);
    checkTarget(target, axes, context);
    const dims = data.shape.map((dim, axis) => (axes.includes(axis) ? target[axes.indexOf(axis)] : dim));
    const out = context.allocate(data.dtype, dims);
    const shift = dims.map((dim, axis) => Math.trunc((dim - data.shape[axis]) / 2));
    yield* moveOverlap(out, data, shift);
    return [out];
  },
  lower: centerCropPadPoints,
  accuracy: "exact",
  samples: () => {
    const input = tensorFrom("f32", [4, 1], [1, 2, 3, 4]);
    return [
      { inputs: [input, tensorFrom("i64", [2], [3, 1])], outputs: [tensorFrom("f32", [3, 1], [1, 2, 3])] },
      {
        attributes: { axes: [-1] },
        inputs: [input, tensorFrom("i32", [1], [2])],
        outputs: [tensorFrom("f32", [4, 2], [1, 0, 2, 0, 3, 0, 4, 0])],
      },
    ];
  },
  errors: () => [
    { inputs: [tensorFrom("f32", [1], [1]), tensorFrom("i64", [2], [1, 1])], message: /2 dims, expected 1/ },
    { inputs: [tensorFrom("f32", [1], [1]), tensorFrom("i64", [1], [-1])], message: /negative/ },
  ],
});

function axesOf(axes: readonly number[] | undefined, rank: number, context: { fail(rule: string): never }): number[] {
  return axes === undefined ? Array.from({ length: rank }, (_, axis) => axis) : normalizeAxes(axes, rank, context);
}

function checkTarget(target: readonly Dim[], axes: readonly number[], context: { fail(rule: string): never }): void {
  if (target.length !== axes.length)
    context.fail(`the shape has ${target.length} dims, expected ${axes.length}, one for each axis`);
  checkDims(target, "shape", context);
}
