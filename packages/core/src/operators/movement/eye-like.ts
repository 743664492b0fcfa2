import { type DType, dtypeOfOnnxCode } from "../../dtypes/dtypes.ts";
import { freshShape } from "../../inference/shapes.ts";
import { inPrecision, move } from "../../kernels/move.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { eyeLikePoints } from "../../lowering/made-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_AND_BOOL_13, REAL_AND_BOOL_1B } from "../type-sets.ts";

/** A matrix of the input's shape with ones on diagonal k and zeros elsewhere. ONNX EyeLike. */
export const eyeLike = defineOperator({
  name: "EyeLike",
  versions: [{ since: 22 }, { since: 9, types: { T1: REAL_AND_BOOL_1B, T2: REAL_AND_BOOL_1B } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: REAL_AND_BOOL_13, T2: REAL_AND_BOOL_13 },
  attributes: { dtype: int(), k: int({ default: 0 }) },
  infer(context) {
    const shape = context.shape(0);
    if (shape !== undefined && shape.length !== 2) context.fail(`rank ${shape.length} must be 2`);
    const code = context.attributes.dtype;
    const dtype = code === undefined ? context.dtype(0) : dtypeOf(code, context);
    return [dtype && tensorType(dtype, shape ?? freshShape(2, context))];
  },
  reference: function* ([input], attributes, context) {
    const { shape } = input as Tensor;
    if (shape.length !== 2) context.fail(`rank ${shape.length} must be 2`);
    const dtype = attributes.dtype === undefined ? (input as Tensor).dtype : dtypeOf(attributes.dtype, context);
    const out = context.allocate(dtype, shape);
    const one = inPrecision(tensorFrom(dtype, [], [1]), context.wide);
    const [rows, columns] = shape;
    const { k } = attributes;
    const first = Math.max(0, -k);
    const count = Math.max(0, Math.min(rows - first, columns - Math.max(0, k)));
    const diagonal = { ...out, shape: [count], strides: [columns + 1], offset: first * columns + Math.max(0, k) };
    yield* move(diagonal, broadcastTo(one, [count]));
    return [out];
  },
  lower: eyeLikePoints,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { dtype: 6, k: 1 },
      inputs: [tensorFrom("f32", [2, 3], [0, 0, 0, 0, 0, 0])],
      outputs: [tensorFrom("i32", [2, 3], [0, 1, 0, 0, 0, 1])],
    },
    {
      attributes: { k: -1 },
      inputs: [tensorFrom("i64", [2, 2], [9, 9, 9, 9])],
      outputs: [tensorFrom("i64", [2, 2], [0, 0, 1, 0])],
    },
    { attributes: { k: 99 }, inputs: [tensorFrom("f16", [1, 1], [9])], outputs: [tensorFrom("f16", [1, 1], [0])] },
  ],
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2])], message: /rank 1 must be 2/ },
    { attributes: { dtype: 8 }, inputs: [tensorFrom("f32", [1, 1], [1])], message: /dtype 8/ },
  ],
});

function dtypeOf(code: number, context: { fail(rule: string): never }): DType {
  const dtype = dtypeOfOnnxCode(code);
  if (dtype === undefined || !REAL_AND_BOOL_13.includes(dtype))
    context.fail(`dtype ${code} must be a number type or bool`);
  return dtype;
}
