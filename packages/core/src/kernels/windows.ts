import { addDims, type Dim, floorDivDim, scaleDim, subDims } from "../snapshot/dims.ts";
import type { Steps } from "./context.ts";

interface Rules {
  fail(rule: string): never;
}

/** Attributes that convolutions and pools share; lists count the spatial axes. */
export interface WindowAttributes {
  readonly auto_pad?: string;
  readonly ceil_mode?: number;
  readonly dilations?: readonly number[] | undefined;
  readonly pads?: readonly number[] | undefined;
  readonly strides?: readonly number[] | undefined;
}

/** How a window lies on one spatial axis: window o covers the positions o * stride - begin + i * dilation, i < kernel. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front and behind; 0 while auto_pad leaves it open. */
  readonly begin: number;
  readonly end: number;
}

/** A window on an axis of known size. */
export interface WindowAxis extends Window {
  readonly size: number;
  /** Number of windows, which is the size of the output. */
  readonly count: number;
}

/** Positions from the first to the last of a window. */
export const reachOf = ({ kernel, dilation }: Window): number => (kernel - 1) * dilation + 1;

/** The windows that attributes describe, one for each axis of `kernel`; fails on values that are none. */
export function windowsOf(kernel: readonly number[], attributes: WindowAttributes, rules: Rules): Window[] {
  const rank = kernel.length;
  const { auto_pad: autoPad = "NOTSET" } = attributes;
  if (!["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].includes(autoPad)) {
    rules.fail(`auto_pad "${autoPad}" must be NOTSET, SAME_UPPER, SAME_LOWER or VALID`);
  }
  const strides = listOf("strides", attributes.strides, rank, 1, rules);
  const dilations = listOf("dilations", attributes.dilations, rank, 1, rules);
  const pads = listOf("pads", autoPad === "NOTSET" ? attributes.pads : undefined, 2 * rank, 0, rules);
  listOf("kernel_shape", kernel, rank, 1, rules);
  return kernel.map((size, i) => {
    const window = { kernel: size, stride: strides[i], dilation: dilations[i], begin: pads[i], end: pads[i + rank] };
    if (!Number.isSafeInteger(reachOf(window))) rules.fail(`a window of ${reachOf(window)} elements is too large`);
    return window;
  });
}

/** An attribute of `count` integers, each at least `least`, which is also what stands for an absent one. */
export function listOf(
  name: string,
  values: readonly number[] | undefined,
  count: number,
  least: number,
  rules: Rules,
): readonly number[] {
  if (values === undefined) return new Array<number>(count).fill(least);
  if (values.length !== count) rules.fail(`${name} has ${values.length} values, expected ${count}`);
  for (const value of values) {
    if (!(value >= least && value <= 2 ** 40)) rules.fail(`${name} value ${value} must be in ${least}..2^40`);
  }
  return values;
}

/** Number of windows on an axis of `size` elements; fails where not one fits. */
export function countWindows(
  size: Dim,
  window: Window,
  attributes: WindowAttributes,
  context: Rules & { fresh(): Dim },
): Dim {
  const { stride, begin, end } = window;
  const { auto_pad: autoPad = "NOTSET" } = attributes;
  if (autoPad.startsWith("SAME")) return floorDivDim(addDims(size, stride - 1), stride) ?? context.fresh();
  const reach = reachOf(window);
  const free = addDims(size, begin + end - reach);
  if (typeof free === "number" && free < 0) {
    context.fail(`a window of ${reach} elements must fit the padded axis of ${free + reach}`);
  }
  if (attributes.ceil_mode !== 1 || autoPad !== "NOTSET") {
    const last = floorDivDim(free, stride);
    return last === undefined ? context.fresh() : addDims(last, 1);
  }
  const last = floorDivDim(addDims(free, stride - 1), stride);
  if (last === undefined) return context.fresh();
  // a last window that would start in the padding behind the axis is left out
  const beyond = subDims(scaleDim(last, stride), addDims(size, begin));
  if (typeof beyond !== "number") return context.fresh();
  return beyond >= 0 ? last : addDims(last, 1);
}

/** The windows on axes of known sizes, with the padding that auto_pad asks for. */
export function windowAxes(
  sizes: readonly number[],
  kernel: readonly number[],
  attributes: WindowAttributes,
  rules: Rules,
): WindowAxis[] {
  const context = { fail: (rule: string) => rules.fail(rule), fresh: () => 0 };
  return windowsOf(kernel, attributes, rules).map((window, i) => {
    const size = sizes[i];
    const count = countWindows(size, window, attributes, context) as number;
    if (!attributes.auto_pad?.startsWith("SAME")) return { ...window, size, count };
    const total = Math.max(0, (count - 1) * window.stride + reachOf(window) - size);
    const begin = attributes.auto_pad === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    return { ...window, size, count, begin, end: total - begin };
  });
}

/** First tap of window `o` that lies on the axis, and one past the last; the same number twice when none does. */
export function validTaps(axis: WindowAxis, o: number): readonly [first: number, end: number] {
  const start = o * axis.stride - axis.begin;
  const first = start >= 0 ? 0 : Math.ceil(-start / axis.dilation);
  const end = Math.min(axis.kernel, Math.floor((axis.size - 1 - start) / axis.dilation) + 1);
  return [first, Math.max(first, end)];
}

/** The taps of a row of windows (all outputs along the last axis). */
export interface RowTaps {
  /** Flat index of each tap among the kernel's axes but the last. */
  readonly taps: number[];
  /** Where the input row under each tap starts, from the start of its plane. */
  readonly starts: number[];
}

/** Strides of dense axes, in elements. */
function stridesOf(sizes: readonly number[]): number[] {
  const strides = sizes.map(() => 1);
  for (let i = sizes.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * sizes[i + 1];
  return strides;
}

/** Fills `into` with the taps of output row `row` that lie inside of the input, in row-major order. */
export function rowTaps(axes: readonly WindowAxis[], row: number, into: RowTaps): void {
  const outer = axes.slice(0, -1);
  const inputStrides = stridesOf(axes.map(({ size }) => size));
  const kernelStrides = stridesOf(outer.map(({ kernel }) => kernel));
  const outputs = stridesOf(outer.map(({ count }) => count));
  into.taps.length = 1;
  into.starts.length = 1;
  into.taps[0] = 0;
  into.starts[0] = 0;
  outer.forEach((axis, i) => {
    const o = Math.floor(row / outputs[i]) % axis.count;
    const [first, end] = validTaps(axis, o);
    const { taps, starts } = into;
    const [before, beforeStarts] = [taps.slice(), starts.slice()];
    taps.length = 0;
    starts.length = 0;
    for (let b = 0; b < before.length; b++) {
      for (let tap = first; tap < end; tap++) {
        taps.push(before[b] + tap * kernelStrides[i]);
        starts.push(beforeStarts[b] + (o * axis.stride - axis.begin + tap * axis.dilation) * inputStrides[i]);
      }
    }
  });
}

/** Where the taps of the last axis fall: tap `taps[t]` covers, for outputs first[t]..end[t] - 1, the positions start[t] + o * stride. */
export interface ColumnTaps {
  readonly taps: Float64Array;
  readonly first: Float64Array;
  readonly end: Float64Array;
  readonly start: Float64Array;
}

/** The taps of the last axis that lie on it for any output. */
export function* columnTaps(axis: WindowAxis, context: { reserve(bytes: number): void }): Steps<ColumnTaps> {
  const { kernel, stride, dilation, begin, size, count } = axis;
  const low = Math.max(0, Math.ceil((begin - (count - 1) * stride) / dilation));
  const high = Math.min(kernel - 1, Math.floor((size - 1 + begin) / dilation));
  const length = Math.max(0, high - low + 1);
  context.reserve(32 * length);
  const [taps, first, end, start] = [0, 1, 2, 3].map(() => new Float64Array(length));
  for (let t = 0; t < length; t++) {
    const at = (low + t) * dilation - begin;
    taps[t] = low + t;
    start[t] = at;
    first[t] = Math.max(0, Math.ceil(-at / stride));
    end[t] = Math.max(first[t], Math.min(count, Math.floor((size - 1 - at) / stride) + 1));
    if ((t & 0xffff) === 0xffff) yield undefined;
  }
  return { taps, first, end, start };
}

/**
 * For each row of windows (all but the last axis) and each tap of the kernel's outer axes: where the row of the input under it
 * starts, from the start of its plane, or -1 when it lies in the padding. Row-major: row * outer taps + tap.
 */
export function* rowStarts(
  axes: readonly WindowAxis[],
  context: { reserve(bytes: number): void },
): Steps<Float64Array> {
  const outer = axes.slice(0, -1);
  const rows = outer.reduce((product, { count }) => product * count, 1);
  const taps = outer.reduce((product, { kernel }) => product * kernel, 1);
  context.reserve(8 * rows * taps);
  const table = new Float64Array(rows * taps).fill(-1);
  const into: RowTaps = { taps: [], starts: [] };
  for (let row = 0; row < rows; row++) {
    rowTaps(axes, row, into);
    for (let t = 0; t < into.taps.length; t++) table[row * taps + into.taps[t]] = into.starts[t];
    if ((row & 4095) === 4095) yield undefined;
  }
  return table;
}
