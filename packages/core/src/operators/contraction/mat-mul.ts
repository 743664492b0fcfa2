import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { matrixProductPoints } from "../../lowering/product-points.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";
import { matrixProduct, productShape } from "./matrix-product.ts";

/** A x B as numpy.matmul: [..., m, k] x [..., k, n] with batch axes that broadcast; vectors of rank 1 allowed. ONNX MatMul. */
export const matMul = defineOperator({
  name: "MatMul",
  versions: [{ since: 13 }, { since: 9, types: { T: REAL_1 } }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13B },
  attributes: {},
  infer(context) {
    const [dtype, a, b] = [context.dtype(0), context.shape(0), context.shape(1)];
    if (dtype === undefined) return [undefined];
    return [tensorType(dtype, a && b && productShape(a, b, context))];
  },
  *reference(inputs, _attributes, context) {
    const [a, b] = inputs as Tensor[];
    return [yield* matrixProduct(a, b, context)];
  },
  lower: matrixProductPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]), tensorFrom("f32", [3, 2], [1, 0, 0, 1, 2, -1])],
      outputs: [tensorFrom("f32", [2, 2], [7, -1, 16, -1])],
    },
    {
      inputs: [
        tensorFrom("f32", [2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
        tensorFrom("f32", [3, 2, 1], [1, 1, 2, 0, 0, 3]),
      ],
      outputs: [tensorFrom("f32", [2, 3, 2, 1], [3, 7, 2, 6, 6, 12, 11, 15, 10, 14, 18, 24])],
    },
    {
      inputs: [tensorFrom("i64", [2], [4294967296n, 3]), tensorFrom("i64", [2], [4294967297n, 5])],
      outputs: [tensorFrom("i64", [], [4294967311n])],
    },
    {
      inputs: [tensorFrom("i32", [1, 2], [65537, 1]), tensorFrom("i32", [2, 2], [65537, 1, 2, 3])],
      outputs: [tensorFrom("i32", [1, 2], [131075, 65540])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4]), tensorFrom("f32", [3, 1], [1, 2, 3])],
      message: /has 2 columns, expected the 3 rows/,
    },
    { inputs: [tensorFrom("f32", [], [1]), tensorFrom("f32", [1], [1])], message: /a scalar has no matrix product/ },
  ],
});
