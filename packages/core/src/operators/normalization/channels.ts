import type { InferContext } from "../../inference/context.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous } from "../../kernels/move.ts";
import { reserveCopy } from "../../kernels/read-numbers.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { numbers } from "../../tensors/elements.ts";
import { elementCount, type NumberData, reshaped, type Tensor } from "../../tensors/tensor.ts";

interface Failing {
  fail(rule: string): never;
}

/** The number of channels: axis 1 of [N, C, ...]. Fails below `rank` axes. */
export function channelsOf<D extends Dim>(shape: readonly D[], rank: number, context: Failing): D {
  if (shape.length < rank) context.fail(`input 0 has rank ${shape.length}, expected at least ${rank}`);
  return shape[1];
}

/** x [N, C, ...] as [N, C, rest]. */
export function* channelsView(x: Tensor, context: KernelContext): Steps<Tensor> {
  const [n, c, ...rest] = x.shape;
  return reshaped(yield* contiguous(x, context), [n, c, elementCount(rest)]);
}

/** Checks that the inputs listed have shape [channels], as far as it is known. */
export function checkPerChannel(inputs: readonly number[], channels: Dim | undefined, context: InferContext): void {
  for (const i of inputs) checkShape(context.shape(i), channels, i, context);
}

/** The values of an input that must have shape [channels]. */
export function perChannel(
  inputs: readonly unknown[],
  i: number,
  channels: number,
  context: KernelContext,
): NumberData {
  const tensor = inputs[i] as Tensor;
  checkShape(tensor.shape, channels, i, context);
  reserveCopy(tensor, context);
  return numbers(tensor);
}

function checkShape(shape: readonly Dim[] | undefined, channels: Dim | undefined, i: number, context: Failing): void {
  if (shape === undefined) return;
  const differs = typeof shape[0] === "number" && typeof channels === "number" && shape[0] !== channels;
  if (shape.length === 1 && !differs) return;
  const expected = channels === undefined ? "rank 1" : formatShape([channels]);
  context.fail(`input ${i} has shape ${formatShape(shape)}, expected ${expected}`);
}
