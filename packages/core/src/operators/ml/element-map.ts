import { contiguous } from "../../kernels/move.ts";
import type { DType } from "../../dtypes/dtypes.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { type Element, elementOutput, elementsOf } from "./element-io.ts";

/**
 * Each element of x as `map` has it, or else `fallback`. Keys have the form in which x is read; NaN is a key like any
 * other.
 */
export function* mapElements(
  x: Tensor,
  map: ReadonlyMap<Element, Element>,
  fallback: Element,
  dtype: DType,
  context: KernelContext,
): Steps<Outputs> {
  const out = elementOutput(dtype, x.shape, context);
  const data = elementsOf(yield* contiguous(x, context));
  for (let i = 0; i < data.length; i++) {
    out.write(i, map.get(data[i]) ?? fallback);
    if (i % CHUNK === CHUNK - 1) yield undefined;
  }
  return [out.tensor()];
}
