import { isBig } from "../../dtypes/dtypes.ts";
import type { KernelContext } from "../../kernels/context.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { doubles, numbers } from "../../tensors/elements.ts";
import { elementCount, type NumberData, type Tensor } from "../../tensors/tensor.ts";

/** Features of samples, row by row; i64 rounded to double. */
export interface Rows {
  readonly count: number;
  readonly columns: number;
  readonly data: NumberData;
}

/** X [N, F], or [F] as one row. */
export function rowsOf(x: Tensor, context: KernelContext): Rows {
  const [count, columns] = rowDims(x.shape, context) as [number, number];
  if (!isBig(x.dtype)) return { count, columns, data: numbers(x) };
  context.reserve(8 * elementCount(x.shape));
  return { count, columns, data: doubles(x) };
}

/** N and F of a shape [N, F] or [F]; fails for other ranks. */
export function rowDims(shape: readonly Dim[], context: { fail(rule: string): never }): readonly [Dim, Dim] {
  if (shape.length === 1) return [1, shape[0]];
  if (shape.length !== 2) context.fail(`X of rank ${shape.length} must be [N, F] or [F]`);
  return [shape[0], shape[1]];
}
