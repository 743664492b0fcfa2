import type { KernelContext, Steps } from "../../kernels/context.ts";
import { foldRows, type Rows } from "../../kernels/rows.ts";

/** Mean and population variance of each row; NaN for rows without elements. */
export interface Moments {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

export function* moments(rows: Rows<number>, context: KernelContext): Steps<Moments> {
  const { count, length } = rows;
  context.reserve(count * 16);
  const means = new Float64Array(count);
  yield* foldRows(rows, means, (sum, x) => sum + x);
  for (let row = 0; row < count; row++) means[row] /= length;
  const variances = new Float64Array(count);
  yield* foldRows(rows, variances, (sum, x, row) => sum + (x - means[row]) ** 2);
  for (let row = 0; row < count; row++) variances[row] /= length;
  return { means, variances };
}
