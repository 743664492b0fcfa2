import { isBig } from "../dtypes/dtypes.ts";
import { elementCount, type Tensor } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";
import { copyBlock } from "./move.ts";
import { bigintsOf, numbersOf } from "./read-numbers.ts";

/** Slots copied between two yields; a block counts as some more. */
const YIELD_AFTER = 1 << 18;
const BLOCK_COST = 8;

/** The values of a tensor of indices in row-major order; Number() of each is exact where it can be a valid index. */
export function* rawIndices(tensor: Tensor, context: KernelContext): Steps<ArrayLike<number | bigint>> {
  return yield* isBig(tensor.dtype) ? bigintsOf(tensor, context) : numbersOf(tensor, context);
}

/** An index in -length..length-1, made non-negative; fails outside of it. */
export function checkedIndex(
  index: number | bigint,
  length: number,
  axis: number,
  context: { fail(rule: string): never },
): number {
  const at = Number(index);
  if (at < -length || at >= length) {
    context.fail(`index ${index} must be in ${-length}..${length - 1} (axis ${axis} has ${length} elements)`);
  }
  return at < 0 ? at + length : at;
}

/** Writes to `out` the slices of dense `data` at `places` along `axis`; out's shape has the shape of places instead of that axis. */
export function* takeAlong(
  out: Tensor,
  data: Tensor,
  axis: number,
  places: Tensor,
  context: KernelContext,
): Steps<void> {
  if (out.shape.includes(0)) return;
  const outer = elementCount(data.shape.slice(0, axis));
  const inner = elementCount(data.shape.slice(axis + 1));
  const length = data.shape[axis];
  const at = yield* rawIndices(places, context);
  let work = 0;
  for (let o = 0, to = 0; o < outer; o++) {
    for (let i = 0; i < at.length; i++, to += inner) {
      const from = (o * length + checkedIndex(at[i], length, axis, context)) * inner;
      copyBlock(out, to, data, from, inner);
      work += inner + BLOCK_COST;
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
  }
}
