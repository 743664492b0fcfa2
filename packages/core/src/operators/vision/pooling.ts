import type { InferContext } from "../../inference/context.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import {
  columnTaps,
  countWindows,
  type RowTaps,
  rowTaps,
  validTaps,
  type WindowAttributes,
  type WindowAxis,
  windowAxes,
  windowsOf,
} from "../../kernels/windows.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";

/** What all pools have for attributes. */
export interface PoolAttributes extends WindowAttributes {
  readonly kernel_shape: readonly number[];
}

interface Rules {
  fail(rule: string): never;
}

function checkRank(x: readonly Dim[], kernel: readonly number[], context: Rules): void {
  if (x.length < 3) context.fail(`X has shape ${formatShape(x)}, expected at least one spatial axis`);
  if (kernel.length !== x.length - 2) {
    context.fail(`kernel_shape has ${kernel.length} values, expected ${x.length - 2}`);
  }
}

/** The shape [N, C, ...] of a pool of x [N, C, ...]; undefined while x's is not known. */
export function pooledShape(context: InferContext<PoolAttributes>): readonly Dim[] | undefined {
  const { attributes } = context;
  const x = context.shape(0);
  if (x === undefined) {
    windowsOf(attributes.kernel_shape, attributes, context);
    return undefined;
  }
  checkRank(x, attributes.kernel_shape, context);
  const windows = windowsOf(attributes.kernel_shape, attributes, context);
  return [x[0], x[1], ...windows.map((window, i) => countWindows(x[i + 2], window, attributes, context))];
}

/** Where the windows of a pool lie, and how many planes of them there are. */
export interface Pool {
  readonly axes: readonly WindowAxis[];
  readonly planes: number;
  readonly shape: readonly number[];
  /** Elements of an input plane. */
  readonly plane: number;
}

export function poolOf(x: readonly number[], attributes: PoolAttributes, context: KernelContext): Pool {
  checkRank(x, attributes.kernel_shape, context);
  const axes = windowAxes(x.slice(2), attributes.kernel_shape, attributes, context);
  const plane = axes.reduce((total, { size }) => total * size, 1);
  return { axes, planes: x[0] * x[1], plane, shape: [x[0], x[1], ...axes.map(({ count }) => count)] };
}

/** What a pool does with a row of windows (all along the last axis). */
export interface RowVisitor {
  /** Starts the windows of a row. */
  begin(): void;
  /** Windows first..end - 1 meet, with one of their taps, the inputs at `at`, at + step, ... (flat positions in the whole input). */
  take(first: number, end: number, at: number, step: number): void;
  /** When there, taps are taken column by column (the last axis outermost), and this ends each column; else row by row. */
  endColumn?(): void;
  /** All taps were taken; the row is stored from flat output position `to` on. */
  end(to: number, row: number): void;
}

/** Inputs between two yields. */
const YIELD_AFTER = 1 << 20;

/** Visits all rows of windows and the taps of each; taps in the padding are left out. */
export function* slideWindows(pool: Pool, visitor: RowVisitor, context: KernelContext): Steps<void> {
  const { axes, planes, plane } = pool;
  const { count: width, stride } = axes.at(-1)!;
  const rows = axes.slice(0, -1).reduce((total, { count }) => total * count, 1);
  if (rows * width * planes === 0) return;
  const columns = yield* columnTaps(axes.at(-1)!, context);
  const valid: RowTaps = { taps: [], starts: [] };
  let work = 0;
  for (let row = 0; row < rows; row++) {
    rowTaps(axes, row, valid);
    for (let p = 0; p < planes; p++) {
      visitor.begin();
      const [outer, inner] =
        visitor.endColumn === undefined ? [valid.starts, columns.taps] : [columns.taps, valid.starts];
      for (let o = 0; o < outer.length; o++) {
        for (let n = 0; n < inner.length; n++) {
          const [r, c] = visitor.endColumn === undefined ? [o, n] : [n, o];
          const first = columns.first[c];
          const at = p * plane + valid.starts[r] + columns.start[c] + first * stride;
          visitor.take(first, columns.end[c], at, stride);
          work += width + 8;
          if (work < YIELD_AFTER) continue;
          work = 0;
          yield undefined;
        }
        visitor.endColumn?.();
      }
      visitor.end((p * rows + row) * width, row);
    }
  }
}

/** For each window of a row: the number of its taps that lie in the input, or with `padded` in the padded input. */
export function tapCounts({ axes }: Pool, row: number, padded: boolean, counts: Float64Array): void {
  const outer = axes.slice(0, -1);
  let product = 1;
  let rest = row;
  for (const axis of outer.toReversed()) {
    product *= tapCount(axis, rest % axis.count, padded);
    rest = Math.floor(rest / axis.count);
  }
  for (let o = 0; o < counts.length; o++) counts[o] = product * tapCount(axes.at(-1)!, o, padded);
}

function tapCount(axis: WindowAxis, o: number, padded: boolean): number {
  if (!padded) {
    const [first, end] = validTaps(axis, o);
    return end - first;
  }
  const last = axis.begin + axis.size + axis.end - 1 - o * axis.stride;
  return Math.min(axis.kernel, Math.floor(last / axis.dilation) + 1);
}
