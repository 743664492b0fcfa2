import { buildKernel } from "../../kernel-builder.ts";
import { runKernel } from "../../run-kernel.ts";
import type { Expression, Kernel } from "../../types.ts";
import { verifyKernel } from "../../verify/verify-kernel.ts";
import type { Names } from "../operations.ts";

/** A function of one or two operands. */
export type Function = (k: Names, ...operands: Expression[]) => Expression;

const ARRAYS = { f32: Float32Array, f64: Float64Array } as const;

/** How a function is run: in which scalar, in how many lanes, and whether a product and a sum are rounded once. */
export interface RunOptions {
  readonly scalar: "f32" | "f64";
  readonly lanes?: number;
  readonly fused?: boolean;
}

/** A kernel that writes f(x, ...) of as many elements as `count`. */
function kernelOf(f: Function, operands: number, count: number, { scalar, lanes = 1 }: RunOptions): Kernel {
  return buildKernel("function", [], (k) => {
    const inputs = Array.from({ length: operands }, (_, i) => k.input(`x${i}`, scalar, count));
    const output = k.output("y", scalar, count);
    const turn = (i: Expression, width: number): void =>
      k.store(output, i, f(k, ...inputs.map((input) => k.load(input, i, { lanes: width }))));
    k.loop("i", count, turn, { lanes });
  });
}

/** f of every element, or of every pair of elements, as the evaluator has it. */
export function runFunction(f: Function, operands: readonly (readonly number[])[], options: RunOptions): number[] {
  const Elements = ARRAYS[options.scalar];
  const count = operands[0].length;
  const output = new Elements(count);
  const kernel = kernelOf(f, operands.length, count, options);
  verifyKernel(kernel);
  const inputs = operands.map((values) => Elements.from(values));
  const status = runKernel(options.fused === true ? roundedOnce(kernel) : kernel, [...inputs, output]);
  if (status !== 0) throw new Error(`The kernel ended with status ${status}`);
  return [...output];
}

/** The kernel with every `fma` rounded once, as a target with that instruction has it. */
function roundedOnce<Part>(part: Part): Part {
  if (Array.isArray(part)) return part.map(roundedOnce) as Part;
  if (typeof part !== "object" || part === null) return part;
  const entries = Object.entries(part).map(([key, value]) => [key, key === "exact" ? true : roundedOnce(value)]);
  return Object.fromEntries(entries) as Part;
}
