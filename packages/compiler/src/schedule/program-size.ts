import { type Expression, type Kernel, type LoopOptions, OPERATIONS } from "@hodu/core/kernel-ir";

/** The size that the kernels of a program are called with, by the name that it has in them. */
const SIZE_NAME = "outer";

/**
 * Dims that stand in for the size of a program, one after the other: primes, so that dims of models are seldom multiples of them. What is
 * scheduled for both and is the same holds for any size.
 */
export const STAND_INS = [211, 227] as const;

/** The size of a program, in its kernels. */
const PROGRAM_SIZE: Expression = { kind: "size", name: SIZE_NAME };

/** A dim as kernels have it: a multiple of the program's size where it is one of the number that stands in for that. */
export function extentOf(dim: number, standIn: number | undefined): Expression {
  if (standIn === undefined || dim === 0 || dim % standIn !== 0) return OPERATIONS.constant("index", dim);
  return OPERATIONS.mul(PROGRAM_SIZE, dim / standIn);
}

/** Whether an extent depends on the program's size. */
export const isSized = (extent: Expression): boolean => extent.kind !== "constant";

/** A kernel with the size among its parameters where it needs it: its buffers have as many elements then. */
export function withSize(kernel: Kernel): Kernel {
  return kernel.buffers.some(({ length }) => isSized(length)) ? { ...kernel, sizes: [SIZE_NAME] } : kernel;
}

/**
 * How the outermost loop over a value of this length runs that takes so many operations: on several threads from `least` on, which for one
 * that depends on the program's size (for which `standIn` stands) is known when the kernel is called.
 */
export function outerLoop(
  length: Expression,
  operations: number,
  least: number,
  standIn: number | undefined,
): Pick<LoopOptions, "kind" | "splits"> {
  if (standIn === undefined || !isSized(length)) return { kind: operations >= least ? "parallel" : "serial" };
  const size = Math.ceil((least * standIn) / operations);
  return size <= 1 ? { kind: "parallel" } : { kind: "parallel", splits: OPERATIONS.ge(PROGRAM_SIZE, size) };
}
