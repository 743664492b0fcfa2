import { roundHalfEven } from "../../dtypes/float-codec.ts";
import type { Steps } from "../../kernels/context.ts";
import { inBlocks } from "../../kernels/elementwise.ts";
import { quantizerOf } from "../../kernels/quantizer.ts";
import { rounderOf } from "../../kernels/round-to.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { dynamicQuantizePoints } from "../../lowering/quantized-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * x in u8 with the scale (max - min) / 255 of its range, which is widened to hold 0 (1 / 255 where the range is empty), and the zero
 * point round(-min / scale). ONNX DynamicQuantizeLinear.
 */
export const dynamicQuantizeLinear = defineOperator({
  name: "DynamicQuantizeLinear",
  versions: [{ since: 11 }],
  inputs: [required("x", "T1")],
  outputs: [required("y", "T2"), required("y_scale", "f32"), required("y_zero_point", "T2")],
  types: { T1: types("f32"), T2: types("u8") },
  attributes: {},
  infer: (context) => [tensorType("u8", context.shape(0)), tensorType("f32", []), tensorType("u8", [])],
  *reference([x], _attributes, context) {
    const { shape } = x as Tensor;
    const data = yield* numbersOf(x as Tensor, context);
    const round = rounderOf("f32", context.wide);
    const [min, max] = yield* rangeOf(data);
    const step = round((max === min ? 1 : round(max - min)) / 255);
    const zero = Math.min(255, Math.max(0, roundHalfEven(round(-min / step)))) || 0;
    const [y, scale, zeroPoint] = [context.output("u8", shape), context.output("f32", []), context.output("u8", [])];
    const quantize = quantizerOf("u8");
    yield* inBlocks(data.length, (start, length) => {
      for (let i = start; i < start + length; i++) y.data[i] = quantize(round(data[i] / step), zero);
    });
    scale.data[0] = step;
    zeroPoint.data[0] = zero;
    return [y.tensor(), scale.tensor(), zeroPoint.tensor()];
  },
  lower: dynamicQuantizePoints,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [6], [0, 2, -3, -2.5, 1.34, 0.5])],
      outputs: [
        tensorFrom("u8", [6], [153, 255, 0, 26, 221, 179]),
        tensorFrom("f32", [], [0.0196078438]),
        tensorFrom("u8", [], [153]),
      ],
    },
    {
      inputs: [tensorFrom("f32", [3, 4], [1, 2.1, 1.3, 2.5, 3.34, 4, 1.5, 2.6, 3.9, 4, 3, 2.345])],
      outputs: [
        tensorFrom("u8", [3, 4], [64, 134, 83, 159, 213, 255, 96, 166, 249, 255, 191, 149]),
        tensorFrom("f32", [], [0.0156862754]),
        tensorFrom("u8", [], [0]),
      ],
    },
    { inputs: [tensorFrom("f32", [2], [0, 0])], outputCount: 3 },
  ],
});

/** Smallest and largest value, 0 among them. */
function* rangeOf(data: NumberData): Steps<readonly [number, number]> {
  let min = 0;
  let max = 0;
  yield* inBlocks(data.length, (start, length) => {
    for (let i = start; i < start + length; i++) {
      if (data[i] < min) min = data[i];
      if (data[i] > max) max = data[i];
    }
  });
  return [min, max];
}
