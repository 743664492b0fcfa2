import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { rowDims, rowsOf } from "./rows.ts";

/**
 * Each row of X [N, C] or [C] divided by its largest value (MAX), the sum of its magnitudes (L1) or its length (L2); as
 * it is when that is 0. ONNX Normalizer.
 */
export const normalizer = defineOperator({
  name: "Normalizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: { norm: string({ default: "MAX" }) },
  infer(context) {
    divisorOf(context.attributes.norm, context);
    const shape = context.shape(0);
    if (shape !== undefined) rowDims(shape, context);
    return [tensorType("f32", shape)];
  },
  reference: normalize,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { norm: "L1" },
      inputs: [tensorFrom("f32", [2, 3], [1, -2, 1, 0, 0, 0])],
      outputs: [tensorFrom("f32", [2, 3], [0.25, -0.5, 0.25, 0, 0, 0])],
    },
    {
      attributes: { norm: "L2" },
      inputs: [tensorFrom("i64", [2], [3, -4])],
      outputs: [tensorFrom("f32", [2], [0.6, -0.8])],
    },
    { inputs: [tensorFrom("f64", [1, 2], [-8, 4])], outputs: [tensorFrom("f32", [1, 2], [-2, 1])] },
  ],
  errors: () => [
    { attributes: { norm: "L3" }, inputs: [tensorFrom("f32", [1], [1])], message: /norm "L3" must be MAX, L1 or L2/ },
    { inputs: [tensorFrom("f32", [1, 1, 1], [1])], message: /X of rank 3 must be \[N, F\] or \[F\]/ },
  ],
});

type Divisor = (row: NumberData, start: number, end: number) => number;

function divisorOf(norm: string, context: { fail(rule: string): never }): Divisor {
  switch (norm) {
    case "MAX":
      return (row, start, end) => {
        let largest = -Infinity;
        for (let i = start; i < end; i++) largest = Math.max(largest, row[i]);
        return largest;
      };
    case "L1":
      return (row, start, end) => {
        let sum = 0;
        for (let i = start; i < end; i++) sum += Math.abs(row[i]);
        return sum;
      };
    case "L2":
      return (row, start, end) => {
        let sum = 0;
        for (let i = start; i < end; i++) sum += row[i] * row[i];
        return Math.sqrt(sum);
      };
    default:
      return context.fail(`norm "${norm}" must be MAX, L1 or L2`);
  }
}

function* normalize(
  [input]: readonly (Value | undefined)[],
  attributes: { readonly norm: string },
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  const { count, columns, data } = yield* rowsOf(x, context);
  const divisor = divisorOf(attributes.norm, context);
  const out = context.output("f32", x.shape);
  for (let row = 0, work = 0; row < count; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    const by = divisor(data, start, end);
    for (let i = start; i < end; i++) out.data[i] = by === 0 ? data[i] : data[i] / by;
    work += columns;
    if (work < CHUNK) continue;
    work = 0;
    yield undefined;
  }
  return [yield* out.rounded()];
}
