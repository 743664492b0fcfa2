import { addDims, type Dim, formatShape, sameDim } from "../snapshot/dims.ts";
import { sliced, type Tensor } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";
import { move } from "./move.ts";

/** The shape of two tensors joined along `axis`. */
export function joinShapes(
  a: readonly Dim[],
  b: readonly Dim[],
  axis: number,
  context: { fail(rule: string): never },
): readonly Dim[] {
  const fail = (): never =>
    context.fail(`shapes ${formatShape(a)} and ${formatShape(b)} must be equal but for axis ${axis}`);
  if (a.length !== b.length) fail();
  return a.map((dim, i) => (i === axis ? addDims(dim, b[i]) : (sameDim(dim, b[i]) ?? fail())));
}

/** At least one tensor after the other along a non-negative axis. */
export function* concatenate(parts: readonly Tensor[], axis: number, context: KernelContext): Steps<Tensor> {
  if (parts.length === 1) return parts[0];
  const shapes = parts.map((part): readonly Dim[] => part.shape);
  const shape = shapes.reduce((total, next) => joinShapes(total, next, axis, context));
  const out = context.allocate(parts[0].dtype, shape as number[]);
  let at = 0;
  for (const part of parts) {
    yield* move(sliced(out, axis, at, part.shape[axis]), part);
    at += part.shape[axis];
    yield undefined;
  }
  return out;
}
