import type { KernelContext, Steps } from "../../kernels/context.ts";
import {
  COLUMNS,
  type Matrix,
  multiplyPanels,
  packRows,
  ROWS,
  roundUp,
  TILE_COLUMNS,
  TILE_DEPTH,
} from "../../kernels/gemm.ts";
import {
  type ColumnTaps,
  columnTaps,
  countWindows,
  type RowTaps,
  rowStarts,
  rowTaps,
  type WindowAttributes,
  type WindowAxis,
  windowAxes,
  windowsOf,
} from "../../kernels/windows.ts";
import { type Dim, dimsEqual, formatShape, scaleDim, staticShape } from "../../snapshot/dims.ts";
import type { NumberData } from "../../tensors/tensor.ts";

/** What all convolutions have for attributes. */
export interface ConvolutionAttributes extends WindowAttributes {
  readonly group: number;
  readonly kernel_shape?: readonly number[] | undefined;
}

interface ShapeRules {
  fail(rule: string): never;
  fresh(): Dim;
}

/** A convolution of x [batch, channels, ...] with w [filters, channels / groups, ...], with the windows on x's spatial axes. */
export interface Convolution {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  readonly axes: readonly WindowAxis[];
}

/** Changes `count` finished sums of one filter, which stand in `sums` from `start` on. */
export type FinishFilter = (sums: Float64Array, start: number, count: number, filter: number) => void;

/** The shape [N, M, ...] of a convolution of x [N, C, ...] with w [M, C / group, ...]. */
export function convolutionShape(
  x: readonly Dim[],
  w: readonly Dim[],
  attributes: ConvolutionAttributes,
  context: ShapeRules,
): Dim[] {
  const kernel = kernelOf(x, w, attributes, context);
  const { group } = attributes;
  if (typeof x[1] === "number" && !dimsEqual(x[1], scaleDim(w[1], group)) && typeof w[1] === "number") {
    context.fail(`x has ${x[1]} channels, expected group ${group} times the ${w[1]} of w`);
  }
  if (typeof w[0] === "number" && w[0] % group !== 0) {
    context.fail(`w has ${w[0]} filters, expected a multiple of group ${group}`);
  }
  if (kernel === undefined) return [x[0], w[0], ...x.slice(2).map(() => context.fresh())];
  const spatial = windowsOf(kernel, attributes, context).map((window, i) =>
    countWindows(x[i + 2], window, attributes, context),
  );
  return [x[0], w[0], ...spatial];
}

/** The kernel's spatial shape, when it is known; checks ranks and `group`. */
export function kernelOf(
  x: readonly Dim[],
  w: readonly Dim[],
  attributes: ConvolutionAttributes,
  context: { fail(rule: string): never },
): readonly number[] | undefined {
  if (x.length < 3) context.fail(`x has shape ${formatShape(x)}, expected at least one spatial axis`);
  if (w.length !== x.length) context.fail(`w has rank ${w.length}, expected ${x.length} as x has`);
  if (!(attributes.group >= 1)) context.fail(`group ${attributes.group} must be at least 1`);
  const found = staticShape(w.slice(2));
  const stated = attributes.kernel_shape;
  if (stated !== undefined && stated.length !== w.length - 2) {
    context.fail(`kernel_shape has ${stated.length} values, expected ${w.length - 2}`);
  }
  if (found !== undefined && stated?.some((size, i) => size !== found[i])) {
    context.fail(`kernel_shape [${stated.join(", ")}] must be that of w, [${found.join(", ")}]`);
  }
  return found ?? stated;
}

/** Fails unless a bias has one value for each filter. */
export function checkBias(
  bias: readonly Dim[] | undefined,
  filters: Dim,
  context: { fail(rule: string): never },
): void {
  if (bias === undefined) return;
  const [size] = bias;
  if (bias.length !== 1 || (typeof size === "number" && typeof filters === "number" && size !== filters)) {
    context.fail(`the bias has shape ${formatShape(bias)}, expected ${formatShape([filters])}`);
  }
}

/** The convolution of tensors of these shapes; fails where they do not fit. */
export function convolutionOf(
  x: readonly number[],
  w: readonly number[],
  attributes: ConvolutionAttributes,
  context: Pick<KernelContext, "fail">,
): Convolution {
  const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
  convolutionShape(x, w, attributes, rules);
  const axes = windowAxes(x.slice(2), w.slice(2), attributes, rules);
  return { batch: x[0], channels: x[1], filters: w[0], groups: attributes.group, axes };
}

export function outputShape({ batch, filters, axes }: Convolution): number[] {
  return [batch, filters, ...axes.map(({ count }) => count)];
}

/** Multiply-adds between two yields. */
const YIELD_AFTER = 1 << 21;

/**
 * Writes the convolution of dense x and w to `out`, which is dense [batch, filters, ...]; sums are doubles (f32 steps where out is f32 and a group
 * has several filters), passed to `finish` first.
 */
export function* convolve(
  convolution: Convolution,
  x: NumberData,
  w: NumberData,
  out: NumberData,
  finish: FinishFilter | undefined,
  context: KernelContext,
): Steps<void> {
  if (out.length === 0) return;
  const run = {
    ...planOf(convolution),
    x,
    w,
    out,
    finish,
    columns: yield* columnTaps(convolution.axes.at(-1)!, context),
  };
  if (run.groupFilters === 1) yield* convolveRows(run);
  else yield* convolveTiles(run, context);
}

interface Run extends Convolution {
  readonly x: NumberData;
  readonly w: NumberData;
  readonly out: NumberData;
  readonly finish: FinishFilter | undefined;
  readonly columns: ColumnTaps;
  readonly groupChannels: number;
  readonly groupFilters: number;
  /** Elements of a kernel, of an input plane, of an output plane, and rows of the latter. */
  readonly taps: number;
  readonly plane: number;
  readonly positions: number;
  readonly rows: number;
}

function planOf(convolution: Convolution) {
  const { axes, channels, filters, groups } = convolution;
  const product = (values: readonly number[]): number => values.reduce((total, value) => total * value, 1);
  return {
    ...convolution,
    groupChannels: channels / groups,
    groupFilters: filters / groups,
    taps: product(axes.map(({ kernel }) => kernel)),
    plane: product(axes.map(({ size }) => size)),
    positions: product(axes.map(({ count }) => count)),
    rows: product(axes.slice(0, -1).map(({ count }) => count)),
  };
}

/** One filter a group (depthwise): each row of outputs is a sum of scaled, shifted rows of the input. */
function* convolveRows(run: Run): Steps<void> {
  const { batch, filters, axes, rows, out, positions, finish, taps, groupChannels } = run;
  const width = axes.at(-1)!.count;
  const sums = new Float64Array(width);
  const valid: RowTaps = { taps: [], starts: [] };
  let work = 0;
  for (let row = 0; row < rows; row++) {
    rowTaps(axes, row, valid);
    for (let n = 0; n < batch; n++) {
      for (let filter = 0; filter < filters; filter++) {
        sums.fill(0);
        for (let c = 0; c < groupChannels; c++) {
          if (width * taps <= YIELD_AFTER) addRowOfChannel(run, valid, n, filter, c, sums);
          else yield* addLongRow(run, valid, n, filter, c, sums);
          work += width * taps;
          if (work < YIELD_AFTER) continue;
          work = 0;
          yield undefined;
        }
        finish?.(sums, 0, width, filter);
        out.set(sums, (n * filters + filter) * positions + row * width);
      }
    }
  }
}

/** addRowOfChannel in steps. */
function* addLongRow(run: Run, valid: RowTaps, n: number, filter: number, c: number, sums: Float64Array): Steps<void> {
  const columns = run.columns.taps.length;
  const piece = 3 * Math.ceil(YIELD_AFTER / (3 * sums.length));
  for (let t = 0; t < valid.taps.length; t++) {
    const tap: RowTaps = { taps: [valid.taps[t]], starts: [valid.starts[t]] };
    for (let i = 0; i < columns; i += piece) {
      addRowOfChannel(run, tap, n, filter, c, sums, i, Math.min(columns, i + piece));
      yield undefined;
    }
  }
}

/** Adds what channel c of a filter's group gives to a row of its outputs. */
function addRowOfChannel(
  run: Run,
  valid: RowTaps,
  n: number,
  filter: number,
  c: number,
  sums: Float64Array,
  from = 0,
  end = run.columns.taps.length,
): void {
  const { x, w, axes, columns, channels, groupChannels, taps, plane } = run;
  const { kernel, stride } = axes.at(-1)!;
  const channel = (n * channels + filter * groupChannels + c) * plane;
  const weights = (filter * groupChannels + c) * taps;
  for (let t = 0; t < valid.taps.length; t++) {
    const row = weights + valid.taps[t] * kernel;
    const start = channel + valid.starts[t];
    let i = from;
    for (; i + 2 < end; i += 3) addThreeShifted(sums, columns, i, w, row, x, start, stride);
    for (; i < end; i++) {
      const [first, last] = [columns.first[i], columns.end[i]];
      addShifted(sums, first, last, w[row + columns.taps[i]], x, start + columns.start[i], stride);
    }
  }
}

/** sums[j] += factor * x[at + j * step], first <= j < end. */
function addShifted(
  sums: Float64Array,
  first: number,
  end: number,
  factor: number,
  x: NumberData,
  at: number,
  step: number,
): void {
  for (let j = first, from = at + first * step; j < end; j++, from += step) sums[j] += factor * x[from];
}

/** The same for the taps i, i + 1 and i + 2 of a row at once. */
function addThreeShifted(
  sums: Float64Array,
  columns: ColumnTaps,
  i: number,
  w: NumberData,
  row: number,
  x: NumberData,
  start: number,
  step: number,
): void {
  const { first, end, taps } = columns;
  const low = Math.max(first[i], first[i + 1], first[i + 2]);
  const high = Math.max(low, Math.min(end[i], end[i + 1], end[i + 2]));
  for (let t = i; t < i + 3; t++) {
    const [factor, at] = [w[row + taps[t]], start + columns.start[t]];
    addShifted(sums, first[t], Math.min(low, end[t]), factor, x, at, step);
    addShifted(sums, Math.max(high, first[t]), end[t], factor, x, at, step);
  }
  const [f0, f1, f2] = [w[row + taps[i]], w[row + taps[i + 1]], w[row + taps[i + 2]]];
  const shift = columns.start[i + 1] - columns.start[i];
  for (let j = low, at = start + columns.start[i] + low * step; j < high; j++, at += step) {
    sums[j] += f0 * x[at] + f1 * x[at + shift] + f2 * x[at + 2 * shift];
  }
}

/** Many filters a group: tiles of output positions are gathered into columns and multiplied with the packed filters. */
function* convolveTiles(run: Run, context: KernelContext): Steps<void> {
  const { groupFilters, groupChannels, groups, batch, filters, positions, taps, w, out, finish } = run;
  const depth = groupChannels * taps;
  const height = roundUp(groupFilters, ROWS);
  const width = Math.min(TILE_COLUMNS, roundUp(positions, COLUMNS));
  const part = Math.min(depth, TILE_DEPTH);
  context.reserve(8 * (height * depth + height * width + width * part));
  const packedW = new Float64Array(height * depth);
  const sums = new Float64Array(height * width);
  const packedX = new Float64Array(width * part);
  const gather = { run, starts: yield* rowStarts(run.axes, context), packed: packedX };
  // f32 is summed as hardware sums it: what quantizes next then falls on the same side of a tie as elsewhere
  const single = out instanceof Float32Array;
  for (let group = 0; group < groups; group++) {
    yield* packFilters(w, group * groupFilters * depth, groupFilters, depth, packedW);
    for (let n = 0; n < batch; n++) {
      const from = (n * run.channels + group * groupChannels) * run.plane;
      for (let q = 0; q < positions; q += width) {
        const columns = Math.min(width, positions - q);
        sums.fill(0);
        for (let p = 0; p < depth; p += TILE_DEPTH) {
          const rows = Math.min(TILE_DEPTH, depth - p);
          gatherColumns(gather, from, q, columns, p, rows);
          yield* multiplyPanels(groupFilters, columns, rows, packedW, height * p, packedX, sums, width, single);
        }
        for (let r = 0; r < groupFilters; r++) {
          const filter = group * groupFilters + r;
          finish?.(sums, r * width, columns, filter);
          out.set(sums.subarray(r * width, r * width + columns), (n * filters + filter) * positions + q);
        }
      }
    }
  }
}

/** The filters of a group as row panels, in parts of TILE_DEPTH. */
function* packFilters(
  w: NumberData,
  offset: number,
  filters: number,
  depth: number,
  packed: Float64Array,
): Steps<void> {
  const matrix: Matrix = { data: w, offset, rowStride: depth, columnStride: 1 };
  for (let p = 0; p < depth; p += TILE_DEPTH) {
    packRows(matrix, 0, filters, p, Math.min(TILE_DEPTH, depth - p), packed, roundUp(filters, ROWS) * p);
    if (filters > 1024) yield undefined;
  }
}

interface Gather {
  readonly run: Run;
  readonly starts: Float64Array;
  readonly packed: Float64Array;
}

/**
 * Packs what rows p.. of the filters meet at the positions q.. into column panels: for each row its channel and tap, for each
 * position the input there, 0 in the padding.
 */
function gatherColumns(
  { run, starts, packed }: Gather,
  from: number,
  q: number,
  columns: number,
  p: number,
  depth: number,
): void {
  const { axes, taps, plane, x } = run;
  const { kernel, count } = axes.at(-1)!;
  const outer = taps / kernel;
  for (let done = 0; done < columns; ) {
    const row = Math.floor((q + done) / count);
    const first = q + done - row * count;
    const end = Math.min(count, first + columns - done);
    for (let r = 0; r < depth; r++) {
      const channel = Math.floor((p + r) / taps);
      const tap = p + r - channel * taps;
      const outerTap = Math.floor(tap / kernel);
      const start = starts[row * outer + outerTap];
      const target = { packed, depth, row: r, at: done - first };
      if (start < 0) zero(target, first, end);
      else gatherRun(run, target, x, from + channel * plane + start, tap - outerTap * kernel, first, end);
    }
    done += end - first;
  }
}

/** Where output o of the row goes: column at + o of the packed columns. */
interface Target {
  readonly packed: Float64Array;
  readonly depth: number;
  readonly row: number;
  readonly at: number;
}

function gatherRun(
  run: Run,
  target: Target,
  x: NumberData,
  rowStart: number,
  tap: number,
  o: number,
  end: number,
): void {
  const { columns, axes } = run;
  const { stride } = axes.at(-1)!;
  const i = tap - (columns.taps.length === 0 ? 0 : columns.taps[0]);
  if (i < 0 || i >= columns.taps.length) {
    zero(target, o, end);
    return;
  }
  const low = Math.min(end, Math.max(o, columns.first[i]));
  const high = Math.max(low, Math.min(end, columns.end[i]));
  zero(target, o, low);
  const { packed, depth, row, at } = target;
  let from = rowStart + columns.start[i] + low * stride;
  for (let j = at + low; j < at + high; j++, from += stride)
    packed[((j >> 2) * depth + row) * COLUMNS + (j & 3)] = x[from];
  zero(target, high, end);
}

function zero({ packed, depth, row, at }: Target, o: number, end: number): void {
  for (let j = at + o; j < at + end; j++) packed[((j >> 2) * depth + row) * COLUMNS + (j & 3)] = 0;
}
