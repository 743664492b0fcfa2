import { type DType } from "../../dtypes/dtypes.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { quantizerOf } from "../../kernels/quantizer.ts";
import { rounderOf } from "../../kernels/round-to.ts";
import { quantizedConvolutionPoints } from "../../lowering/quantized-points.ts";
import { doubles, numbers, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { checkBias, convolutionOf, convolutionShape, convolve, type FinishFilter, outputShape } from "./convolution.ts";
import { centered } from "./zero-points.ts";

/**
 * saturate(round((Conv(x - x_zero_point, w - w_zero_point) + B) * x_scale * w_scale / y_scale) + y_zero_point);
 * w's scale and zero point are one for all or one for each filter. The sum is exact, what follows in f32. ONNX QLinearConv.
 */
export const qLinearConv = defineOperator({
  name: "QLinearConv",
  versions: [{ since: 10 }],
  inputs: [
    required("x", "T1"),
    required("x_scale", "f32"),
    required("x_zero_point", "T1"),
    required("w", "T2"),
    required("w_scale", "f32"),
    required("w_zero_point", "T2"),
    required("y_scale", "f32"),
    required("y_zero_point", "T3"),
    optional("B", "T4"),
  ],
  outputs: [required("y", "T3")],
  types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i8 u8"), T4: types("i32") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    pads: ints(),
    strides: ints(),
  },
  infer(context) {
    const [dtype, x, w] = [context.dtype(7), context.shape(0), context.shape(3)];
    if (w !== undefined) checkBias(context.shape(8), w[0], context);
    if (dtype === undefined) return [undefined];
    return [tensorType(dtype, x && w && convolutionShape(x, w, context.attributes, context))];
  },
  *reference(inputs, attributes, context) {
    const [x, , zeroX, w, , zeroW, , zeroY, bias] = inputs as [...Tensor[], Tensor | undefined] as Tensor[];
    checkBias(bias?.shape, w.shape[0], context);
    const convolution = convolutionOf(x.shape, w.shape, attributes, context);
    const left = yield* centered("x_zero_point", x, zeroX, 0, context);
    const right = yield* centered("w_zero_point", w, zeroW, 0, context);
    const out = context.output(zeroY.dtype, outputShape(convolution));
    const finish = requantize(inputs as Tensor[], zeroY.dtype, w.shape[0], context);
    yield* convolve(convolution, numbers(left), numbers(right), out.data, finish, context);
    return [yield* out.rounded()];
  },
  lower: quantizedConvolutionPoints,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [
        tensorFrom("u8", [1, 1, 2, 2], [255, 174, 162, 25]),
        tensorFrom("f32", [], [0.5]),
        tensorFrom("u8", [], [132]),
        tensorFrom("u8", [1, 1, 1, 1], [0]),
        tensorFrom("f32", [1], [2]),
        tensorFrom("u8", [1], [255]),
        tensorFrom("f32", [], [256]),
        tensorFrom("u8", [], [123]),
      ],
      outputs: [tensorFrom("u8", [1, 1, 2, 2], [0, 81, 93, 230])],
    },
    {
      inputs: [
        tensorFrom("i8", [1, 1, 3], [1, 2, 3]),
        tensorFrom("f32", [], [0.5]),
        tensorFrom("i8", [], [0]),
        tensorFrom("i8", [2, 1, 2], [1, 2, 3, 4]),
        tensorFrom("f32", [2], [1, 0.5]),
        tensorFrom("i8", [2], [0, 1]),
        tensorFrom("f32", [], [0.5]),
        tensorFrom("i8", [], [-1]),
        tensorFrom("i32", [2], [1, -1]),
      ],
      outputs: [tensorFrom("i8", [1, 2, 2], [5, 8, 3, 5])],
    },
  ],
  errors: () => [
    {
      inputs: [
        tensorFrom("u8", [1, 1, 1], [1]),
        tensorFrom("f32", [2], [1, 1]),
        tensorFrom("u8", [], [0]),
        tensorFrom("u8", [1, 1, 1], [1]),
        tensorFrom("f32", [], [1]),
        tensorFrom("u8", [], [0]),
        tensorFrom("f32", [], [1]),
        tensorFrom("u8", [], [0]),
      ],
      message: /x_scale has 2 values, expected 1/,
    },
  ],
});

/** The last step, for each filter's sums. */
function requantize(inputs: readonly Tensor[], dtype: DType, filters: number, context: KernelContext): FinishFilter {
  const [, scaleX, zeroX, , scaleW, , scaleY, zeroY, bias] = inputs;
  const round = rounderOf("f32", context.wide);
  const x = single("x_scale", scaleX, context);
  const y = single("y_scale", scaleY, context);
  const zero = single("y_zero_point", zeroY, context);
  single("x_zero_point", zeroX, context);
  const scales = elementCount(scaleW.shape);
  if (scales !== 1 && scales !== filters) context.fail(`w_scale has ${scales} values, expected 1 or ${filters}`);
  context.reserve(24 * filters);
  const w = doubles(scaleW);
  const factors = w.map((scale) => round(round(x * scale) / y));
  const addend = bias && doubles(bias);
  const quantize = quantizerOf(dtype);
  return (sums, start, count, filter) => {
    const factor = factors.length === 1 ? factors[0] : factors[filter];
    const add = addend?.[filter] ?? 0;
    for (let i = start; i < start + count; i++) sums[i] = quantize(round(round(sums[i] + add) * factor), zero);
  };
}

function single(name: string, tensor: Tensor, context: KernelContext): number {
  const count = elementCount(tensor.shape);
  if (count !== 1) context.fail(`${name} has ${count} values, expected 1`);
  return doubles(tensor)[0];
}
