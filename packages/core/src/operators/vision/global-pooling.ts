import type { InferContext, Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { inBlocks } from "../../kernels/elementwise.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";

/** [N, C, ...] becomes [N, C, 1, ...]. */
export function inferGlobalPool(context: InferContext): readonly Inferred[] {
  const [dtype, shape] = [context.dtype(0), context.shape(0)];
  return [dtype && tensorType(dtype, shape && globalShape(shape, context))];
}

function globalShape<D extends Dim>(shape: readonly D[], context: { fail(rule: string): never }): (D | 1)[] {
  if (shape.length < 2) context.fail(`X has shape ${formatShape(shape)}, expected [N, C, ...]`);
  return shape.map((dim, i) => (i < 2 ? dim : 1));
}

/** Folds the elements from..to - 1 of a plane into what was made of those before. */
export type Fold = (data: NumberData, from: number, to: number, sum: number) => number;

/** One value for each plane of x: `fold` over its elements from `first` on, then `finish`. */
export function* poolPlanes(
  x: Tensor,
  first: number,
  fold: Fold,
  finish: (sum: number, count: number) => number,
  context: KernelContext,
): Steps<Outputs> {
  const out = context.output(x.dtype, globalShape(x.shape, context));
  const data = yield* numbersOf(x, context);
  const plane = x.shape.slice(2).reduce((total, dim) => total * dim, 1);
  let work = 0;
  for (let p = 0; p < out.data.length; p++) {
    let sum = first;
    yield* inBlocks(plane, (start, length) => {
      sum = fold(data, p * plane + start, p * plane + start + length, sum);
    });
    out.data[p] = finish(sum, plane);
    work += plane + 16;
    if (work < 1 << 20) continue;
    work = 0;
    yield undefined;
  }
  return [yield* out.rounded()];
}
