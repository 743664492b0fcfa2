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

/** The elements of a broadcast shape as runs in the dense tensor that is repeated. */
export interface BroadcastRuns {
  /** From one element of a run to the next, in the dense tensor; 0 where one element is repeated. */
  readonly step: number;
  /** Visits `count` elements from flat index `start` on: `length` of them, `i` after the start, begin at `at` in the dense tensor. */
  visit(start: number, count: number, run: (i: number, at: number, length: number) => void): void;
}

/** Where the elements of shape `to` stand in a dense tensor of shape `from`, which must broadcast to it. */
export function broadcastRuns(from: readonly number[], to: readonly number[]): BroadcastRuns {
  const { dims, strides } = collapsed(from, to);
  const last = dims.length - 1;
  const step = strides[last];
  const index = new Array<number>(dims.length).fill(0);
  return {
    step,
    visit(start, count, run) {
      let at = seek(start, dims, strides, index);
      for (let i = 0; i < count; ) {
        const length = Math.min(count - i, dims[last] - index[last]);
        run(i, at, length);
        i += length;
        at += length * step;
        index[last] += length;
        for (let axis = last; axis > 0 && index[axis] === dims[axis]; axis--) {
          at += strides[axis - 1] - strides[axis] * dims[axis];
          index[axis] = 0;
          index[axis - 1]++;
        }
      }
    },
  };
}

/** Writes, for `count` elements of a shape from flat index `start` on, where they stand in the dense tensor that is repeated. */
export type Positions = (positions: Float64Array, start: number, count: number) => void;

/** Where each element of shape `to` stands in a dense tensor of shape `from`, which must broadcast to it. */
export function broadcastPositions(from: readonly number[], to: readonly number[]): Positions {
  const runs = broadcastRuns(from, to);
  return (positions, start, count) => {
    runs.visit(start, count, (i, at, length) => {
      for (let k = 0; k < length; k++) positions[i + k] = at + k * runs.step;
    });
  };
}

/** Sets `index` to that of flat element `flat`; returns its position. */
function seek(flat: number, dims: readonly number[], strides: readonly number[], index: number[]): number {
  let rest = flat;
  let at = 0;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    index[axis] = rest % dims[axis];
    rest = Math.floor(rest / dims[axis]);
    at += index[axis] * strides[axis];
  }
  return at;
}

/** The strides of `from` under `to`, with neighbouring axes made one where a single stride serves both. At least one axis. */
function collapsed(from: readonly number[], to: readonly number[]): { dims: number[]; strides: number[] } {
  const dims: number[] = [];
  const strides: number[] = [];
  let step = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const own = from[axis - (to.length - from.length)] ?? 1;
    const stride = own === 1 ? 0 : step;
    step *= own;
    if (to[axis] === 1) continue;
    if (dims.length > 0 && stride === strides[0] * dims[0]) dims[0] *= to[axis];
    else {
      dims.unshift(to[axis]);
      strides.unshift(stride);
    }
  }
  return dims.length === 0 ? { dims: [1], strides: [0] } : { dims, strides };
}

/** An axis in -rank..rank-1 as one in 0..rank-1; fails outside of it. */
export function normalizeAxis(axis: number, rank: number, context: { fail(rule: string): never }): number {
  if (rank === 0) context.fail(`axis ${axis} is of a scalar, which has none`);
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
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
