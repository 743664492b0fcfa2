import { OPERATIONS, type Operations } from "./operations.ts";
import { StatementBuilder } from "./statement-builder.ts";
import type { Kernel } from "./types.ts";

/** Statements and operations in one: what a kernel is written with. */
export type KernelBuilder = StatementBuilder & Operations;

/** A builder of a kernel that stands for the source nodes named by `origin`. */
export function newKernel(name: string, origin: readonly string[] = []): KernelBuilder {
  return Object.assign(new StatementBuilder(name, origin), OPERATIONS);
}

/**
 * Writes a kernel; not verified.
 *
 * @example
 * ```ts
 * const relu = buildKernel("relu", ["Relu_0"], (k) => {
 *   const n = k.size("n");
 *   const x = k.input("x", "f32", n);
 *   const y = k.output("y", "f32", n);
 *   k.loop("i", n, (i, lanes) => k.store(y, i, k.max(k.load(x, i, { lanes }), 0)), { lanes: 8 });
 * });
 * ```
 */
export function buildKernel(name: string, origin: readonly string[], write: (k: KernelBuilder) => void): Kernel {
  const builder = newKernel(name, origin);
  write(builder);
  return builder.build();
}
