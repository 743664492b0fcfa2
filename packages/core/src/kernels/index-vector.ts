import { type Dim, formatShape } from "../snapshot/dims.ts";
import { indices } from "../tensors/elements.ts";
import type { Tensor } from "../tensors/tensor.ts";

type Failing = { fail(rule: string): never };

/** Longest vector of dims, axes or pads: more than any tensor has use for, and what is done for each axis stays cheap. */
const LONGEST_DIMS = 512;

/** The values of an input of dims, axes or pads, which must be a vector or scalar. */
export function indexVector(tensor: Tensor, name: string, context: Failing): number[] {
  checkVector(tensor.shape, name, context);
  return indices(tensor);
}

/** Fails for a shape of rank 2 or more, and for a vector that is too long. */
export function checkVector(
  shape: readonly unknown[] | undefined,
  name: string,
  context: Failing,
  longest = LONGEST_DIMS,
): void {
  if (shape === undefined) return;
  if (shape.length > 1) context.fail(`${name} has rank ${shape.length}, expected a vector`);
  if (typeof shape[0] === "number" && shape[0] > longest) {
    context.fail(`${name} has ${shape[0]} elements, expected at most ${longest}`);
  }
}

/** Fails for dims that no tensor can have; symbols are taken to be right. */
export function checkDims(dims: readonly Dim[], name: string, context: Failing): void {
  for (const dim of dims) {
    if (typeof dim !== "number") continue;
    if (dim < 0) context.fail(`${name} ${formatShape(dims)} must not hold negative numbers`);
    if (!Number.isSafeInteger(dim)) context.fail(`${name} ${formatShape(dims)} must not hold numbers past 2^53`);
  }
}
