import { isBig, lanesOf } from "../../dtypes/dtypes.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous } from "../../kernels/move.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { bigints, strings, tensorFrom } from "../../tensors/elements.ts";
import { denseData, denseStrides, elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/**
 * The indices of the elements that are not zero (or empty), one column each, in row-major order: i64[rank, n]. ONNX
 * NonZero.
 */
export const nonZero = defineOperator({
  name: "NonZero",
  versions: [{ since: 13 }, { since: 9, types: { T: ANY_1 } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "i64")],
  types: { T: ANY_13 },
  attributes: {},
  infer(context) {
    const shape = context.shape(0);
    return [tensorType("i64", [shape?.length ?? context.fresh(), context.fresh()])];
  },
  reference: function* ([x], _attributes, context) {
    const { shape } = x as Tensor;
    const total = elementCount(shape);
    const isSet = yield* settings(x as Tensor, context);
    let count = 0;
    for (let i = 0; i < total; i++) {
      if (isSet(i)) count++;
      if (i % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
    }
    const out = context.bigOutput("i64", [shape.length, count]);
    const strides = denseStrides(shape);
    for (let i = 0, at = 0; i < total; i++) {
      if (i % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
      if (!isSet(i)) continue;
      for (const [axis, stride] of strides.entries()) {
        out.data[axis * count + at] = BigInt(Math.floor(i / stride) % shape[axis]);
      }
      at++;
    }
    return [out.tensor()];
  },
  accuracy: "exact",
  samples: () => [
    {
      inputs: [tensorFrom("bool", [2, 2], [1, 0, 1, 1])],
      outputs: [tensorFrom("i64", [2, 3], [0, 1, 1, 0, 0, 1])],
    },
    { inputs: [tensorFrom("string", [3], ["a", "", "b"])], outputs: [tensorFrom("i64", [1, 2], [0, 2])] },
    { inputs: [tensorFrom("i64", [2], [0, -1])], outputs: [tensorFrom("i64", [1, 1], [1])] },
    { inputs: [tensorFrom("f32", [2, 0], [])], outputs: [tensorFrom("i64", [2, 0], [])] },
  ],
});

/** Elements between two yields. */
const YIELD_AFTER = 1 << 16;

/** Whether the element at a flat position is not zero. */
function* settings(x: Tensor, context: KernelContext): Steps<(i: number) => boolean> {
  if (x.dtype === "string") {
    const data = strings(yield* contiguous(x, context));
    return (i) => data[i] !== "";
  }
  if (isBig(x.dtype)) {
    const data = bigints(yield* contiguous(x, context));
    return (i) => data[i] !== 0n;
  }
  if (lanesOf(x.dtype) === 2) {
    const data = denseData(yield* contiguous(x, context));
    return (i) => data[2 * i] !== 0 || data[2 * i + 1] !== 0;
  }
  const data = yield* numbersOf(x, context);
  return (i) => data[i] !== 0;
}
