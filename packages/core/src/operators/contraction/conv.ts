import type { InferContext, Inferred } from "../../inference/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { convolutionPoints } from "../../lowering/convolution-points.ts";
import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import {
  checkBias,
  type ConvolutionAttributes,
  convolutionOf,
  convolutionShape,
  convolve,
  type FinishFilter,
  outputShape,
} from "./convolution.ts";

/**
 * y[n, m, o] = B[m] + sum over c, i of w[m, c, i] * x[n, c, o * strides - pads + i * dilations], 0 outside of x;
 * x [N, C, ...], w [M, C / group, ...], any number of spatial axes. ONNX Conv.
 */
export const conv = defineOperator({
  name: "Conv",
  versions: [{ since: 22 }, { since: 11, types: { T: types("f16 f32 f64") } }, { since: 1 }],
  inputs: [required("X", "T"), required("W", "T"), optional("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    pads: ints(),
    strides: ints(),
  },
  infer: inferConvolution,
  *reference(inputs, attributes, context) {
    const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
    checkBias(bias?.shape, w.shape[0], context);
    const convolution = convolutionOf(x.shape, w.shape, attributes, context);
    const out = context.output(x.dtype, outputShape(convolution));
    const [left, right] = [yield* numbersOf(x, context), yield* numbersOf(w, context)];
    const finish = bias && addBias(yield* numbersOf(bias, context));
    yield* convolve(convolution, left, right, out.data, finish, context);
    return [yield* out.rounded()];
  },
  lower: convolutionPoints,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
      inputs: [counting([1, 1, 5, 5]), tensorFrom("f32", [1, 1, 3, 3], new Array(9).fill(1))],
      outputs: [
        tensorFrom(
          "f32",
          [1, 1, 5, 5],
          [12, 21, 27, 33, 24, 33, 54, 63, 72, 51, 63, 99, 108, 117, 81, 93, 144, 153, 162, 111, 72, 111, 117, 123, 84],
        ),
      ],
    },
    {
      attributes: { kernel_shape: [3, 3], pads: [1, 0, 1, 0], strides: [2, 2] },
      inputs: [counting([1, 1, 7, 5]), tensorFrom("f32", [1, 1, 3, 3], new Array(9).fill(1))],
      outputs: [tensorFrom("f32", [1, 1, 4, 2], [21, 33, 99, 117, 189, 207, 171, 183])],
    },
    {
      attributes: { group: 2, dilations: [2], auto_pad: "SAME_UPPER" },
      inputs: [counting([1, 4, 6]), counting([6, 2, 2]), counting([6])],
    },
    {
      attributes: { group: 3 },
      inputs: [counting([2, 3, 2, 3, 4]), counting([3, 1, 1, 2, 2])],
    },
  ],
  errors: () => [
    {
      attributes: { group: 0 },
      inputs: [counting([1, 1, 3]), counting([1, 1, 2])],
      message: /group 0 must be at least 1/,
    },
    { inputs: [counting([1, 2, 3]), counting([1, 1, 2])], message: /x has 2 channels, expected group 1 times the 1/ },
    {
      attributes: { strides: [0] },
      inputs: [counting([1, 1, 3]), counting([1, 1, 2])],
      message: /strides value 0 must be in 1/,
    },
    { inputs: [counting([1, 1, 3]), counting([1, 1, 4])], message: /a window of 4 elements must fit/ },
  ],
});

function counting(shape: readonly number[]): Tensor {
  const count = shape.reduce((total, dim) => total * dim, 1);
  return tensorFrom(
    "f32",
    shape,
    Array.from({ length: count }, (_, i) => i),
  );
}

function inferConvolution(context: InferContext<ConvolutionAttributes>): readonly Inferred[] {
  const dtype = context.dtype(0);
  if (dtype === undefined) return [undefined];
  const [x, w] = [context.shape(0), context.shape(1)];
  if (w !== undefined) checkBias(context.shape(2), w[0], context);
  if (x === undefined || w === undefined) return [tensorType(dtype)];
  return [tensorType(dtype, convolutionShape(x, w, context.attributes, context))];
}

/** Adds to each filter's sums its bias. */
function addBias(bias: NumberData): FinishFilter {
  return (sums, start, count, filter) => {
    for (let i = start; i < start + count; i++) sums[i] += bias[filter];
  };
}
