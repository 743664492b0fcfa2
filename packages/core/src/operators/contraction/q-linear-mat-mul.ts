import type { KernelContext, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { quantizerOf } from "../../kernels/quantizer.ts";
import { rounderOf } from "../../kernels/round-to.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { quantizedProductPoints } from "../../lowering/quantized-points.ts";
import { scalar, tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_19, types } from "../type-sets.ts";
import { floatProduct, productShape } from "./matrix-product.ts";
import { along, centered } from "./zero-points.ts";

/**
 * saturate(round((a - a_zero_point) x (b - b_zero_point) * a_scale * b_scale / y_scale) + y_zero_point), as numpy.matmul;
 * scales and zero points are one for all, or one for each row of a and each column of b. The sum is exact, what follows in f32. ONNX QLinearMatMul.
 */
export const qLinearMatMul = defineOperator({
  name: "QLinearMatMul",
  versions: [
    { since: 21 },
    {
      since: 10,
      inputs: [
        required("a", "T1"),
        required("a_scale", "f32"),
        required("a_zero_point", "T1"),
        required("b", "T2"),
        required("b_scale", "f32"),
        required("b_zero_point", "T2"),
        required("y_scale", "f32"),
        required("y_zero_point", "T3"),
      ],
      types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i8 u8") },
    },
  ],
  inputs: [
    required("a", "T1"),
    required("a_scale", "TS"),
    required("a_zero_point", "T1"),
    required("b", "T2"),
    required("b_scale", "TS"),
    required("b_zero_point", "T2"),
    required("y_scale", "TS"),
    required("y_zero_point", "T3"),
  ],
  outputs: [required("y", "T3")],
  types: { TS: types("f16 bf16 f32"), T1: REAL_19, T2: REAL_19, T3: REAL_19 },
  attributes: {},
  infer(context) {
    const [dtype, a, b] = [context.dtype(7), context.shape(0), context.shape(3)];
    if (dtype === undefined) return [undefined];
    return [tensorType(dtype, a && b && productShape(a, b, context))];
  },
  *reference(inputs, _attributes, context) {
    const [a, scaleA, zeroA, b, scaleB, zeroB, scaleY, zeroY] = inputs as Tensor[];
    const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
    const shape = productShape(a.shape, b.shape, rules) as number[];
    const [rows, columns] = [Math.max(0, a.shape.length - 2), b.shape.length - 1];
    const left = yield* centered("a_zero_point", a, zeroA, rows, context);
    const right = yield* centered("b_zero_point", b, zeroB, columns, context);
    const out = context.output(zeroY.dtype, shape);
    context.reserve(8 * out.data.length);
    const sums = new Float64Array(out.data.length);
    yield* floatProduct(left, right, () => sums, undefined, context);
    const round = rounderOf(scaleA.dtype, context.wide);
    const row = yield* readerOf(along("a_scale", scaleA, a.shape, rows, context), shape, context);
    const column = yield* readerOf(along("b_scale", scaleB, b.shape, columns, context), shape, context);
    const last = Math.max(0, shape.length - 2);
    const scale = yield* readerOf(along("y_scale", scaleY, shape, last, context), shape, context);
    const zero = yield* readerOf(along("y_zero_point", zeroY, shape, last, context), shape, context);
    const quantize = quantizerOf(zeroY.dtype);
    const single = rounderOf("f32", context.wide);
    for (let i = 0; i < sums.length; i++) {
      const factor = round(round(row(i) * column(i)) / scale(i));
      out.data[i] = quantize(single(single(sums[i]) * factor), zero(i));
      if (i % CHUNK === 0) yield undefined;
    }
    return [yield* out.rounded()];
  },
  lower: quantizedProductPoints,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [
        tensorFrom("u8", [2, 4], [208, 236, 0, 238, 3, 214, 255, 29]),
        tensorFrom("f32", [1], [0.0066]),
        tensorFrom("u8", [1], [113]),
        tensorFrom("u8", [4, 3], [152, 51, 244, 60, 26, 255, 0, 127, 246, 127, 254, 247]),
        tensorFrom("f32", [1], [0.00705]),
        tensorFrom("u8", [1], [114]),
        tensorFrom("f32", [1], [0.0107]),
        tensorFrom("u8", [1], [118]),
      ],
      outputs: [tensorFrom("u8", [2, 3], [168, 115, 255, 1, 66, 151])],
    },
    {
      inputs: [
        tensorFrom("i8", [2, 1], [3, 5]),
        tensorFrom("f32", [2], [0.5, 2]),
        tensorFrom("i8", [2], [1, 2]),
        tensorFrom("i8", [1, 2], [4, 6]),
        tensorFrom("f32", [2], [1, 3]),
        tensorFrom("i8", [2], [0, 1]),
        tensorFrom("f32", [], [2]),
        tensorFrom("i8", [], [1]),
      ],
      outputs: [tensorFrom("i8", [2, 2], [3, 9, 13, 46])],
    },
  ],
});

/** A parameter's value for each element of the result. */
function* readerOf(parameter: Tensor, shape: readonly number[], context: KernelContext): Steps<(i: number) => number> {
  if (elementCount(parameter.shape) === 1) {
    const value = scalar(parameter);
    return () => value;
  }
  const values = yield* numbersOf(broadcastTo(parameter, shape), context);
  return (i) => values[i];
}
