import { integerConvolutionPoints } from "../../lowering/quantized-points.ts";
import { numbers, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { convolutionOf, convolutionShape, convolve, outputShape } from "./convolution.ts";
import { centered } from "./zero-points.ts";

/** Conv of x - x_zero_point and w - w_zero_point in i32; w's zero point is one for all or one for each filter. ONNX ConvInteger. */
export const convInteger = defineOperator({
  name: "ConvInteger",
  versions: [{ since: 10 }],
  inputs: [required("x", "T1"), required("w", "T2"), optional("x_zero_point", "T1"), optional("w_zero_point", "T2")],
  outputs: [required("y", "T3")],
  types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i32") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    pads: ints(),
    strides: ints(),
  },
  infer(context) {
    const [x, w] = [context.shape(0), context.shape(1)];
    return [tensorType("i32", x && w && convolutionShape(x, w, context.attributes, context))];
  },
  *reference(inputs, attributes, context) {
    const [x, w, zeroX, zeroW] = inputs as [Tensor, Tensor, Tensor | undefined, Tensor | undefined];
    const convolution = convolutionOf(x.shape, w.shape, attributes, context);
    const left = yield* centered("x_zero_point", x, zeroX, 0, context);
    const right = yield* centered("w_zero_point", w, zeroW, 0, context);
    const out = context.output("i32", outputShape(convolution));
    yield* convolve(convolution, numbers(left), numbers(right), out.data, undefined, context);
    return [yield* out.rounded()];
  },
  lower: integerConvolutionPoints,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { pads: [1, 1, 1, 1] },
      inputs: [
        tensorFrom("u8", [1, 1, 3, 3], [2, 3, 4, 5, 6, 7, 8, 9, 10]),
        tensorFrom("u8", [1, 1, 2, 2], [1, 1, 1, 1]),
        tensorFrom("u8", [], [1]),
      ],
      outputs: [tensorFrom("i32", [1, 1, 4, 4], [1, 3, 5, 3, 5, 12, 16, 9, 11, 24, 28, 15, 7, 15, 17, 9])],
    },
    {
      inputs: [
        tensorFrom("i8", [1, 1, 3], [1, 2, 3]),
        tensorFrom("i8", [2, 1, 2], [1, 2, 3, 4]),
        undefined,
        tensorFrom("i8", [2], [1, 3]),
      ],
      outputs: [tensorFrom("i32", [1, 2, 2], [2, 3, 2, 3])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("u8", [1, 1, 2], [1, 2]), tensorFrom("u8", [1, 1], [1])],
      message: /w has rank 2, expected 3/,
    },
  ],
});
