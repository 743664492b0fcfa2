import { isFloat } from "../../dtypes/dtypes.ts";
import { doubles } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";

interface Failing {
  fail(rule: string): never;
}

/** Integers of an attribute, which must fit in 32 bits. */
export function int32s(name: string, values: readonly number[], context: Failing): Int32Array {
  for (const value of values) {
    if (value !== (value | 0)) context.fail(`${name} must fit in 32 bits, found ${value}`);
  }
  return Int32Array.from(values);
}

/** The values of a tensor attribute, which must hold floats. */
export function floatsOfTensor(name: string, tensor: Tensor, context: Failing): Float64Array {
  if (!isFloat(tensor.dtype)) context.fail(`${name} must hold floats, found ${tensor.dtype}`);
  return doubles(tensor);
}

/**
 * The values of an attribute that has two forms: floats, and `..._as_tensor` for doubles; empty when neither is given.
 */
export function floatsOf(
  name: string,
  values: readonly number[] | undefined,
  tensor: Tensor | undefined,
  context: Failing,
): ArrayLike<number> {
  return tensor === undefined ? (values ?? []) : floatsOfTensor(`${name}_as_tensor`, tensor, context);
}
