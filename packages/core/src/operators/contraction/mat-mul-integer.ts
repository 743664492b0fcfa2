import { integerProductPoints } from "../../lowering/quantized-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { floatProduct, productShape } from "./matrix-product.ts";
import { centered } from "./zero-points.ts";

/** (A - a_zero_point) x (B - b_zero_point) in i32, as numpy.matmul; zero points for all, each row of A, each column of B. ONNX MatMulInteger. */
export const matMulInteger = defineOperator({
  name: "MatMulInteger",
  versions: [{ since: 10 }],
  inputs: [required("A", "T1"), required("B", "T2"), optional("a_zero_point", "T1"), optional("b_zero_point", "T2")],
  outputs: [required("Y", "T3")],
  types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i32") },
  attributes: {},
  infer(context) {
    const [a, b] = [context.shape(0), context.shape(1)];
    return [tensorType("i32", a && b && productShape(a, b, context))];
  },
  *reference(inputs, _attributes, context) {
    const [a, b, zeroA, zeroB] = inputs as [Tensor, Tensor, Tensor | undefined, Tensor | undefined];
    const left = yield* centered("a_zero_point", a, zeroA, Math.max(0, a.shape.length - 2), context);
    const right = yield* centered("b_zero_point", b, zeroB, b.shape.length - 1, context);
    let out: ReturnType<typeof context.output> | undefined;
    const output = (shape: readonly number[]) => {
      out = context.output("i32", shape);
      return out.data;
    };
    yield* floatProduct(left, right, output, undefined, context);
    return [out!.tensor()];
  },
  lower: integerProductPoints,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [
        tensorFrom("u8", [4, 3], [11, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0]),
        tensorFrom("u8", [3, 2], [1, 4, 2, 5, 3, 6]),
        tensorFrom("u8", [1], [12]),
        tensorFrom("u8", [1], [0]),
      ],
      outputs: [tensorFrom("i32", [4, 2], [-38, -83, -44, -98, -50, -113, -56, -128])],
    },
    {
      inputs: [
        tensorFrom("i8", [2, 2], [1, 2, 3, 4]),
        tensorFrom("u8", [2, 2], [5, 6, 7, 8]),
        tensorFrom("i8", [2], [1, -1]),
        tensorFrom("u8", [2], [0, 8]),
      ],
      outputs: [tensorFrom("i32", [2, 2], [7, 0, 55, -8])],
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("i8", [2, 2], [1, 2, 3, 4]),
        tensorFrom("u8", [2, 1], [5, 6]),
        tensorFrom("i8", [3], [1, 2, 3]),
      ],
      message: /a_zero_point has shape \[3\]/,
    },
  ],
});
