import { sameDtypeAsFirst } from "../../inference/shapes.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import { contiguous } from "../../kernels/move.ts";
import { takeAlong } from "../../kernels/take.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { gatherPoints } from "../../lowering/gather-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** The slices of data at the indices along an axis; their shape stands in the place of that axis. ONNX Gather. */
export const gather = defineOperator({
  name: "Gather",
  versions: [{ since: 13 }, { since: 11, types: { T: ANY_1, Tind: types("i32 i64") } }, { since: 1 }],
  inputs: [required("data", "T"), required("indices", "Tind")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: { axis: int({ default: 0 }) },
  infer(context) {
    const shape = context.shape(0);
    const places = context.shape(1);
    const axis = shape && normalizeAxis(context.attributes.axis, shape.length, context);
    if (shape === undefined || places === undefined || axis === undefined) return sameDtypeAsFirst(context);
    return sameDtypeAsFirst(context, [...shape.slice(0, axis), ...places, ...shape.slice(axis + 1)]);
  },
  propagate(context) {
    const values = context.values(0);
    const places = context.values(1);
    if (values === undefined || places === undefined || context.shape(0)?.length !== 1) return undefined;
    const found = places.map((at) => (typeof at === "number" ? values.at(at) : undefined));
    return found.every((dim) => dim !== undefined) ? found : undefined;
  },
  reference: function* ([input, places], attributes, context) {
    const data = input as Tensor;
    const axis = normalizeAxis(attributes.axis, data.shape.length, context);
    const { shape } = places as Tensor;
    const out = context.allocate(data.dtype, [...data.shape.slice(0, axis), ...shape, ...data.shape.slice(axis + 1)]);
    yield* takeAlong(out, yield* contiguous(data, context), axis, places as Tensor, context);
    return [out];
  },
  lower: gatherPoints,
  accuracy: "exact",
  samples: () => {
    const data = tensorFrom("f32", [3, 2], [1, 1.2, 2.3, 3.4, 4.5, 5.7]);
    return [
      {
        inputs: [data, tensorFrom("i64", [2, 2], [0, 1, 1, 2])],
        outputs: [tensorFrom("f32", [2, 2, 2], [1, 1.2, 2.3, 3.4, 2.3, 3.4, 4.5, 5.7])],
      },
      {
        attributes: { axis: 1 },
        inputs: [data, tensorFrom("i32", [], [-1])],
        outputs: [tensorFrom("f32", [3], [1.2, 3.4, 5.7])],
      },
    ];
  },
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1], [2])],
      message: /index 2 must be in -2\.\.1 \(axis 0 has 2 elements\)/,
    },
    {
      attributes: { axis: 1 },
      inputs: [tensorFrom("f32", [2], [1, 2]), tensorFrom("i64", [1], [0])],
      message: /axis 1/,
    },
  ],
});
