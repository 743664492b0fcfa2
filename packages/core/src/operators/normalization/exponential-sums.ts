import type { InferContext, Inferred } from "../../inference/context.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { foldRows, type Rows } from "../../kernels/rows.ts";

/** The largest value of each row, and the sum of exp(x - largest) over the row: 1 or more, or NaN. */
export interface ExponentialSums {
  readonly maxima: Float64Array;
  readonly sums: Float64Array;
}

export function* exponentialSums(rows: Rows<number>, context: KernelContext): Steps<ExponentialSums> {
  context.reserve(rows.count * 16);
  const maxima = new Float64Array(rows.count).fill(-Infinity);
  yield* foldRows(rows, maxima, (largest, x) => Math.max(largest, x));
  const sums = new Float64Array(rows.count);
  yield* foldRows(rows, sums, (sum, x, row) => sum + Math.exp(x - maxima[row]));
  return { maxima, sums };
}

/** Inference of operators that go along `axis` and change neither dtype nor shape. */
export function inferAlongAxis(context: InferContext<{ readonly axis: number }>): readonly Inferred[] {
  const shape = context.shape(0);
  if (shape !== undefined) normalizeAxis(context.attributes.axis, shape.length, context);
  return [context.type(0)];
}
