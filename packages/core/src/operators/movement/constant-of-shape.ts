import { freshShape } from "../../inference/shapes.ts";
import { checkDims, checkVector, indexVector } from "../../kernels/index-vector.ts";
import { inPrecision, move } from "../../kernels/move.ts";
import { type Dim } from "../../snapshot/dims.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, elementCount, reshaped, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { constantOfShapePoints } from "../../lowering/made-points.ts";
import { tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import {
  REAL_AND_BOOL_1B,
  REAL_AND_BOOL_20B,
  REAL_AND_BOOL_21,
  REAL_AND_BOOL_23,
  REAL_AND_BOOL_24,
  REAL_AND_BOOL_25,
  types,
} from "../type-sets.ts";

/** A tensor of the given shape, full of one value (default: f32 0). ONNX ConstantOfShape. */
export const constantOfShape = defineOperator({
  name: "ConstantOfShape",
  versions: [
    { since: 25 },
    { since: 24, types: { T1: types("i64"), T2: REAL_AND_BOOL_24 } },
    { since: 23, types: { T1: types("i64"), T2: REAL_AND_BOOL_23 } },
    { since: 21, types: { T1: types("i64"), T2: REAL_AND_BOOL_21 } },
    { since: 20, types: { T1: types("i64"), T2: REAL_AND_BOOL_20B } },
    { since: 9, types: { T1: types("i64"), T2: REAL_AND_BOOL_1B } },
  ],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("i64"), T2: REAL_AND_BOOL_25 },
  attributes: { value: tensor() },
  infer(context) {
    checkVector(context.shape(0), "input", context);
    const { value } = context.attributes;
    if (value !== undefined && elementCount(value.shape) !== 1) {
      context.fail(`value has ${elementCount(value.shape)} elements, expected 1`);
    }
    const dims = context.values(0);
    const rank = context.shape(0)?.[0];
    checkDims(dims ?? [], "input", context);
    return [
      tensorType(value?.dtype ?? "f32", dims ?? (typeof rank === "number" ? freshShape(rank, context) : undefined)),
    ];
  },
  propagate(context) {
    const { value } = context.attributes;
    const count = context.values(0) ?? [];
    if (value === undefined || count.length > 1 || typeof (count[0] ?? 1) !== "number") return undefined;
    return new Array<Dim>(Math.min((count[0] as number | undefined) ?? 1, 64)).fill(indices(value)[0]);
  },
  reference: function* ([input], { value = tensorFrom("f32", [], [0]) }, context) {
    if (elementCount(value.shape) !== 1) context.fail(`value has ${elementCount(value.shape)} elements, expected 1`);
    const shape = indexVector(input as Tensor, "input", context);
    checkDims(shape, "input", context);
    const out = context.allocate(value.dtype, shape);
    yield* move(out, broadcastTo(inPrecision(reshaped(value, []), context.wide), shape));
    return [out];
  },
  lower: constantOfShapePoints,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { value: tensorFrom("i32", [1], [7]) },
      inputs: [tensorFrom("i64", [2], [2, 1])],
      outputs: [tensorFrom("i32", [2, 1], [7, 7])],
    },
    { inputs: [tensorFrom("i64", [0], [])], outputs: [tensorFrom("f32", [], [0])] },
    { inputs: [tensorFrom("i64", [1], [0])], outputs: [tensorFrom("f32", [0], [])] },
  ],
  errors: () => [
    { inputs: [tensorFrom("i64", [1], [-1])], message: /negative|shape \[-1\]/ },
    { inputs: [tensorFrom("i64", [2], [2 ** 40, 2 ** 10])], message: /more/ },
  ],
});
