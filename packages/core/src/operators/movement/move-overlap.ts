import type { Steps } from "../../kernels/context.ts";
import { move } from "../../kernels/move.ts";
import { sliced, type Tensor } from "../../tensors/tensor.ts";

/**
 * Copies element (i, j, ...) of `source` to element (i + shift[0], j + shift[1], ...) of `target`, wherever that has
 * one.
 */
export function* moveOverlap(target: Tensor, source: Tensor, shift: readonly number[]): Steps<void> {
  let [to, from] = [target, source];
  for (const [axis, by] of shift.entries()) {
    const first = Math.max(0, -by);
    const count = Math.min(source.shape[axis], target.shape[axis] - by) - first;
    if (count <= 0) return;
    to = sliced(to, axis, first + by, count);
    from = sliced(from, axis, first, count);
  }
  yield* move(to, from);
}
