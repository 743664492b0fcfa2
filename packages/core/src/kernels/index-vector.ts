import { indices } from "../tensors/elements.ts";
import type { Tensor } from "../tensors/tensor.ts";

type Failing = { fail(rule: string): never };

/** The values of an input of sizes, axes or indices, which must be a vector or scalar. */
export function indexVector(tensor: Tensor, name: string, context: Failing): number[] {
  checkVector(tensor.shape, name, context);
  return indices(tensor);
}

/** Fails for a shape of rank 2 or more. */
export function checkVector(shape: readonly unknown[] | undefined, name: string, context: Failing): void {
  if (shape !== undefined && shape.length > 1) {
    context.fail(`${name} has rank ${shape.length}, expected a vector`);
  }
}
