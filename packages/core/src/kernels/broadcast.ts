import type { KernelContext } from "./context.ts";

/** The shape that shapes broadcast to by numpy's rules; fails when they do not. */
export function broadcastShapes(
  a: readonly number[],
  b: readonly number[],
  context: Pick<KernelContext, "fail">,
): number[] {
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const x = a[i - (rank - a.length)] ?? 1;
    const y = b[i - (rank - b.length)] ?? 1;
    if (x !== y && x !== 1 && y !== 1) context.fail(`shapes [${a.join(", ")}] and [${b.join(", ")}] must broadcast`);
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** An axis in -rank..rank-1 as one in 0..rank-1; fails outside of it. */
export function normalizeAxis(axis: number, rank: number, context: { fail(rule: string): never }): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= Math.max(rank, 0) || rank === 0) {
    context.fail(`axis ${axis} must be in ${-rank}..${rank - 1}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** Several axes, made non-negative and checked to be distinct. */
export function normalizeAxes(axes: readonly number[], rank: number, context: { fail(rule: string): never }): number[] {
  const out = axes.map((axis) => normalizeAxis(axis, rank, context));
  if (new Set(out).size !== out.length) context.fail(`axes [${axes.join(", ")}] must be distinct`);
  return out;
}
