import type { Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** Determinants of the matrices [..., M, M] in the last two axes, shape [...]. ONNX Det. */
export const det = defineOperator({
  name: "Det",
  versions: [{ since: 22 }, { since: 11, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {},
  infer(context) {
    const [dtype, shape] = [context.dtype(0), context.shape(0)];
    if (dtype === undefined) return [undefined];
    return [tensorType(dtype, shape && batchShape(shape, context))];
  },
  *reference(inputs, _attributes, context) {
    const x = inputs[0] as Tensor;
    const out = context.output(x.dtype, batchShape(x.shape, context));
    const size = x.shape[x.shape.length - 1];
    const data = yield* numbersOf(x, context);
    context.reserve(size * size * 8);
    const work = { done: 0 };
    for (let i = 0; i < out.data.length; i++) {
      const matrix = Float64Array.from(data.subarray(i * size * size, (i + 1) * size * size));
      out.data[i] = yield* determinant(matrix, size, work);
    }
    return [yield* out.rounded()];
  },
  accuracy: "reduction",
  samples: () => [
    { inputs: [tensorFrom("f32", [2, 2], [0, 1, 2, 3])], outputs: [tensorFrom("f32", [], [-2])] },
    {
      inputs: [tensorFrom("f64", [3, 2, 2], [1, 2, 3, 4, 1, 2, 2, 1, 1, 3, 3, 1])],
      outputs: [tensorFrom("f64", [3], [-2, -3, -8])],
    },
    { inputs: [tensorFrom("f32", [0, 0], [])], outputs: [tensorFrom("f32", [], [1])] },
    { inputs: [tensorFrom("f32", [3, 3], [1, 2, 3, 2, 4, 6, 1, 0, 1])], outputs: [tensorFrom("f32", [], [0])] },
  ],
  errors: () => [
    { inputs: [tensorFrom("f32", [2], [1, 2])], message: /rank 1, expected at least 2/ },
    { inputs: [tensorFrom("f32", [1, 2], [1, 2])], message: /matrices are 1 by 2, expected square ones/ },
  ],
});

function batchShape<D extends Dim>(shape: readonly D[], context: { fail(rule: string): never }): readonly D[] {
  if (shape.length < 2) context.fail(`input 0 has rank ${shape.length}, expected at least 2`);
  const [rows, columns] = shape.slice(-2);
  if (typeof rows === "number" && typeof columns === "number" && rows !== columns) {
    context.fail(`the matrices are ${rows} by ${columns}, expected square ones`);
  }
  return shape.slice(0, -2);
}

/** Multiply-adds between two yields. */
const YIELD_AFTER = 1 << 21;

/** Elimination with the largest pivot of each column; `a` (row-major) is used up, `work` counts from matrix to matrix. */
function* determinant(a: Float64Array, size: number, work: { done: number }): Steps<number> {
  let product = 1;
  work.done += 16;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i * size + k]) > Math.abs(a[pivot * size + k])) pivot = i;
    if (pivot !== k) {
      product = -product;
      swapRows(a, size, k, pivot);
    }
    product *= a[k * size + k];
    if (product === 0) return 0;
    for (let i = k + 1; i < size; i++) {
      const factor = a[i * size + k] / a[k * size + k];
      for (let j = k + 1; j < size; j++) a[i * size + j] -= factor * a[k * size + j];
      work.done += size;
      if (work.done < YIELD_AFTER) continue;
      work.done = 0;
      yield undefined;
    }
  }
  return product;
}

function swapRows(a: Float64Array, size: number, k: number, l: number): void {
  for (let j = 0; j < size; j++) {
    const kept = a[k * size + j];
    a[k * size + j] = a[l * size + j];
    a[l * size + j] = kept;
  }
}
