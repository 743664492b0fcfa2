import { isWidened, lanesOf } from "../dtypes/dtypes.ts";
import { encodeNumbers, numbers } from "../tensors/elements.ts";
import { dense, isDense, isWide, type Tensor, tensorOf } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";

type Slots = { [index: number]: unknown };

/** Where the elements of a shape lie in storage. A tensor is one. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Elements between two yields; a row counts as some more. */
const YIELD_AFTER = 1 << 18;
const ROW_COST = 16;
/** Longer rows are visited in pieces. */
const LONGEST_ROW = 1 << 16;
/** From this length on, the array's own copy is faster than a loop. */
const BLOCK = 32;

/**
 * Visits the rows (runs along the last axis) of `shape` in row-major order. `starts` are the positions of a row's first element
 * in each layout, good for the time of the visit only; a long row comes in pieces.
 */
export function* eachRow(
  shape: readonly number[],
  layouts: readonly Layout[],
  visit: (starts: readonly number[], count: number) => void,
): Steps<void> {
  if (shape.includes(0)) return;
  const last = shape.length - 1;
  const length = shape[last] ?? 1;
  const index = new Array<number>(shape.length).fill(0);
  const starts = layouts.map(({ offset }) => offset);
  let work = 0;
  for (;;) {
    for (let at = 0; at < length; at += LONGEST_ROW) {
      const count = Math.min(LONGEST_ROW, length - at);
      visit(at === 0 ? starts : starts.map((start, i) => start + at * layouts[i].strides[last]), count);
      work += count + ROW_COST;
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
    if (!nextRow(shape, index, layouts, starts)) return;
  }
}

/** Moves `index` and the rows' starts one row on; false after the last. */
function nextRow(shape: readonly number[], index: number[], layouts: readonly Layout[], starts: number[]): boolean {
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    const wraps = ++index[axis] === shape[axis];
    for (let i = 0; i < starts.length; i++) {
      starts[i] += layouts[i].strides[axis] * (wraps ? 1 - shape[axis] : 1);
    }
    if (!wraps) return true;
    index[axis] = 0;
  }
  return false;
}

/** The same elements in the same order with neighbouring axes joined where all layouts allow it, and axes of length 1 left out. */
function joinAxes(
  shape: readonly number[],
  layouts: readonly Layout[],
): { readonly shape: number[]; readonly layouts: readonly { offset: number; strides: number[] }[] } {
  const joined: number[] = [];
  const out = layouts.map(({ offset }) => ({ offset, strides: [] as number[] }));
  shape.forEach((dim, axis) => {
    if (dim === 1) return;
    const last = joined.length - 1;
    const joins = last >= 0 && layouts.every(({ strides }, i) => out[i].strides[last] === strides[axis] * dim);
    if (joins) joined[last] *= dim;
    else joined.push(dim);
    out.forEach(({ strides }, i) => {
      strides[joined.length - 1] = layouts[i].strides[axis];
    });
  });
  return { shape: joined, layouts: out };
}

/**
 * Copies every element of `source` to the element of `target` at the same index. Both are strided views of one shape and dtype;
 * `target` must be storage that the caller allocated and nobody else has seen. Works for every dtype, strings too.
 */
export function* move(target: Tensor, source: Tensor): Steps<void> {
  const from = inPrecision(source, isWide(target));
  const { shape, layouts } = joinAxes(target.shape, [target, from]);
  const [toStep, fromStep] = layouts.map(({ strides }) => strides.at(-1) ?? 1);
  const lanes = lanesOf(target.dtype);
  yield* eachRow(target.shape.includes(0) ? [0] : shape, layouts, ([to, start], count) => {
    if (lanes === 1) copyRow(target, to, toStep, from, start, fromStep, count);
    else copyPairs(target, to, toStep, from, start, fromStep, count);
  });
}

/** `move` in one go, for small tensors. */
export function assign(target: Tensor, source: Tensor): void {
  const steps = move(target, source);
  while (!steps.next().done);
}

function copyRow(
  target: Tensor,
  to: number,
  toStep: number,
  source: Tensor,
  from: number,
  fromStep: number,
  count: number,
): void {
  if (count >= BLOCK && toStep === 1 && !Array.isArray(target.data)) {
    if (fromStep === 1) return copyRun(target, to, source, from, count);
    if (fromStep === 0) {
      (target.data as Float64Array).fill((source.data as Float64Array)[from], to, to + count);
      return;
    }
  }
  const targetSlots = target.data as unknown as Slots;
  const sourceSlots = source.data as unknown as Slots;
  for (let i = 0, t = to, s = from; i < count; i++, t += toStep, s += fromStep) targetSlots[t] = sourceSlots[s];
}

function copyPairs(
  target: Tensor,
  to: number,
  toStep: number,
  source: Tensor,
  from: number,
  fromStep: number,
  count: number,
): void {
  const targetSlots = target.data as unknown as Slots;
  const sourceSlots = source.data as unknown as Slots;
  for (let i = 0, t = to * 2, s = from * 2; i < count; i++, t += toStep * 2, s += fromStep * 2) {
    targetSlots[t] = sourceSlots[s];
    targetSlots[t + 1] = sourceSlots[s + 1];
  }
}

/** Copies `count` adjacent slots of storage. */
function copyRun(target: Tensor, to: number, source: Tensor, from: number, count: number): void {
  if (count >= BLOCK && !Array.isArray(target.data)) {
    (target.data as Float64Array).set((source.data as Float64Array).subarray(from, from + count), to);
    return;
  }
  const targetSlots = target.data as unknown as Slots;
  const sourceSlots = source.data as unknown as Slots;
  for (let i = 0; i < count; i++) targetSlots[to + i] = sourceSlots[from + i];
}

/** Copies `count` elements from position `from` of dense `source` to position `to` of dense `target` (flat positions, same dtype). */
export function copyBlock(target: Tensor, to: number, source: Tensor, from: number, count: number): void {
  const lanes = lanesOf(target.dtype);
  copyRun(target, (target.offset + to) * lanes, source, (source.offset + from) * lanes, count * lanes);
}

/** Copies element `from` of dense `source` to element `to` of dense `target` (flat positions, same dtype). */
export function copyElement(target: Tensor, to: number, source: Tensor, from: number): void {
  copyBlock(target, to, source, from, 1);
}

/** The tensor with f16, bf16 and f32 values kept in double, or not. */
export function inPrecision(tensor: Tensor, wide: boolean): Tensor {
  if (!isWidened(tensor.dtype) || isWide(tensor) === wide) return tensor;
  return tensorOf(tensor.dtype, tensor.shape, encodeNumbers(tensor.dtype, numbers(tensor), wide));
}

/** The tensor in row-major order without gaps, in storage of the context's precision; a copy only where it must be. */
export function* contiguous(tensor: Tensor, context: KernelContext): Steps<Tensor> {
  const source = inPrecision(tensor, context.wide);
  return isDense(source) ? dense(source) : yield* copied(source, context);
}

/** The tensor's elements in storage of their own, which may be written to. */
export function* copied(tensor: Tensor, context: KernelContext): Steps<Tensor> {
  const out = context.allocate(tensor.dtype, tensor.shape);
  yield* move(out, tensor);
  return out;
}

/** Stands in a table of `pick` for a position outside of the source. */
export const OUTSIDE = -1;

/**
 * target[i, j, ...] = source[tables[0][i], tables[1][j], ...], with a table for each axis; where one says OUTSIDE, the target keeps
 * what it has. `target` is dense and new.
 */
export function* pick(target: Tensor, source: Tensor, tables: readonly ArrayLike<number>[]): Steps<void> {
  if (target.shape.includes(0)) return;
  const last = tables.length - 1;
  if (last < 0) return yield* move(target, source);
  const from = inPrecision(source, isWide(target));
  const lanes = lanesOf(target.dtype);
  const index = new Array<number>(last + 1).fill(0);
  const targetSlots = target.data as unknown as Slots;
  const sourceSlots = from.data as unknown as Slots;
  const row = tables[last];
  const step = from.strides[last];
  let to = target.offset * lanes;
  let work = 0;
  do {
    const base = rowBase(from, tables, index, last);
    for (let i = 0; i < row.length; i++, to += lanes) {
      if (base === undefined || row[i] === OUTSIDE) continue;
      const at = (base + row[i] * step) * lanes;
      for (let lane = 0; lane < lanes; lane++) targetSlots[to + lane] = sourceSlots[at + lane];
      if ((i & 0x3ffff) === 0x3ffff) yield undefined;
    }
    work += row.length + ROW_COST;
    if (work >= YIELD_AFTER) {
      work = 0;
      yield undefined;
    }
  } while (nextRow(target.shape, index, [], []));
}

/** Position of a row of the source; undefined when it lies outside. */
function rowBase(
  source: Tensor,
  tables: readonly ArrayLike<number>[],
  index: readonly number[],
  outerAxes: number,
): number | undefined {
  let base = source.offset;
  for (let axis = 0; axis < outerAxes; axis++) {
    const at = tables[axis][index[axis]];
    if (at === OUTSIDE) return undefined;
    base += at * source.strides[axis];
  }
  return base;
}
