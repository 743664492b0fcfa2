import type { InferContext } from "../../inference/context.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { broadcastTo, type Tensor } from "../../tensors/tensor.ts";

interface Failing {
  fail(rule: string): never;
}

/** The axes from `axis` to the last. */
export function axesFrom(axis: number, rank: number, context: Failing): readonly number[] {
  const first = normalizeAxis(axis, rank, context);
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** Checks what is known of a scale or bias, which must broadcast to `shape` without making it larger. */
export function checkRowScale(i: number, shape: readonly Dim[] | undefined, context: InferContext): void {
  const own = context.shape(i);
  if (own !== undefined && shape !== undefined) checkFits(own, shape, i, context);
}

function checkFits(own: readonly Dim[], shape: readonly Dim[], i: number, context: Failing): void {
  const lead = shape.length - own.length;
  const fits = own.every((dim, axis) => {
    const other = shape[lead + axis];
    return dim === 1 || typeof dim !== "number" || typeof other !== "number" || dim === other;
  });
  if (lead < 0 || !fits) {
    context.fail(`input ${i} has shape ${formatShape(own)}, expected one that broadcasts to ${formatShape(shape)}`);
  }
}

/** Scale or bias (input i) of rows that start at `axis`: the values, and how far they are apart from row to row (0: all rows share them). */
export interface RowScale {
  readonly data: ArrayLike<number>;
  readonly rowStep: number;
}

export function* rowScale(
  inputs: readonly unknown[],
  i: number,
  shape: readonly number[],
  axis: number,
  context: KernelContext,
): Steps<RowScale> {
  const tensor = inputs[i] as Tensor;
  checkFits(tensor.shape, shape, i, context);
  const shared = tensor.shape.slice(0, Math.max(0, tensor.shape.length - (shape.length - axis)));
  const own = shape.slice(axis);
  if (shared.every((dim) => dim === 1)) {
    const row = { ...tensor, shape: tensor.shape.slice(shared.length), strides: tensor.strides.slice(shared.length) };
    return { data: yield* numbersOf(broadcastTo(row, own), context), rowStep: 0 };
  }
  return {
    data: yield* numbersOf(broadcastTo(tensor, shape), context),
    rowStep: own.reduce((size, dim) => size * dim, 1),
  };
}
