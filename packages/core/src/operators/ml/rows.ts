import { doublesOf, numbersOf } from "../../kernels/read-numbers.ts";
import { isBig } from "../../dtypes/dtypes.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import type { Dim } from "../../snapshot/dims.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";

/** Features of samples, row by row; i64 rounded to double. */
export interface Rows {
  readonly count: number;
  readonly columns: number;
  readonly data: NumberData;
}

/** X [N, F], or [F] as one row. */
export function* rowsOf(x: Tensor, context: KernelContext): Steps<Rows> {
  const [count, columns] = rowDims(x.shape, context) as [number, number];
  return { count, columns, data: yield* isBig(x.dtype) ? doublesOf(x, context) : numbersOf(x, context) };
}

/** N and F of a shape [N, F] or [F]; fails for other ranks. */
export function rowDims(shape: readonly Dim[], context: { fail(rule: string): never }): readonly [Dim, Dim] {
  if (shape.length === 1) return [1, shape[0]];
  if (shape.length !== 2) context.fail(`X of rank ${shape.length} must be [N, F] or [F]`);
  return [shape[0], shape[1]];
}
