import { type DType, isBig } from "../../dtypes/dtypes.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { bigints, numbers, strings } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";

/** An element as it is read: bigint for i64, string for strings, number for the rest. */
export type Element = number | bigint | string;

/** The elements of a tensor of any real dtype or of strings, in row-major order. */
export function elementsOf(tensor: Tensor): ArrayLike<Element> {
  if (tensor.dtype === "string") return strings(tensor);
  return isBig(tensor.dtype) ? bigints(tensor) : numbers(tensor);
}

export interface ElementOutput {
  /** `value` must be of the form that the dtype is read in. */
  write(i: number, value: Element): void;
  tensor(): Tensor;
}

export function elementOutput(dtype: DType, shape: readonly number[], context: KernelContext): ElementOutput {
  if (dtype === "string") {
    const out = context.allocate(dtype, shape);
    return { write: into(out.data as string[]), tensor: () => out };
  }
  const out = isBig(dtype) ? context.bigOutput(dtype, shape) : context.output(dtype, shape);
  return { write: into(out.data), tensor: () => out.tensor() };
}

function into(data: unknown): (i: number, value: Element) => void {
  const slots = data as Element[];
  return (i, value) => {
    slots[i] = value;
  };
}
