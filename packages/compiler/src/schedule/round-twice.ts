import { type Expression, type Kernel, OPERATIONS } from "@hodu/core/kernel-ir";

/** The kernel with a product and a sum wherever a target might round them as one: the same bits everywhere. */
export const roundTwice = (kernel: Kernel): Kernel => rewritten(kernel) as Kernel;

/** Kernels are plain data: what is a multiply-add is replaced wherever it stands. */
function rewritten(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(rewritten);
  if (part === null || typeof part !== "object") return part;
  const own = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, rewritten(value)])) as Expression;
  return own.kind === "fma" && !own.exact ? OPERATIONS.add(OPERATIONS.mul(own.a, own.b), own.c) : own;
}
