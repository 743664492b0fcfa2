import { denseStrides } from "@hodu/core";
import type { Packing } from "./types.ts";

/** Elements as words of their size: moving them as numbers could change a NaN. */
type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

const WORDS = new Map<number, new (buffer: ArrayBufferLike, offset: number, length: number) => Words>([
  [1, Uint8Array],
  [2, Uint16Array],
  [4, Uint32Array],
  [8, BigUint64Array],
]);

/**
 * Lays elements of `width` bytes (1, 2, 4 or 8) out anew: `target`, which is all zeros, gets them in the order of the packing. It lies at a
 * multiple of `width`; `source` need not.
 */
export function packElements(source: Uint8Array, width: number, packing: Packing, target: Uint8Array): void {
  const from = wordsOf(source.byteOffset % width === 0 ? source : new Uint8Array(source), width);
  const to = wordsOf(target, width);
  const { sizes, strides } = packing;
  const rank = sizes.length;
  if (to.length === 0) return;
  if (rank === 0) return void (to[0] = packing.limits.some(({ below }) => below <= 0) ? 0 : from[0]);
  const isAcross = rank > 1 && strides[rank - 1] > strides[rank - 2];
  const steps = denseStrides(sizes);
  // in the order of the source: processors read ahead, while writes wait for nobody
  const outer = [...sizes.keys()].slice(0, rank - (isAcross ? 2 : 1)).sort((a, b) => strides[b] - strides[a]);
  const widths = new Widths(packing, isAcross ? sizes[rank - 2] : 1);
  const index = new Array<number>(rank).fill(0);
  const turns = outer.reduce((product, axis) => product * sizes[axis], 1);
  let [base, at] = [0, 0];
  for (let turn = 0; turn < turns; turn++) {
    widths.update(index);
    if (isAcross) copyAcross(from, base, to, at, packing, widths.rows);
    else copyRow(from, base, to, at, strides[rank - 1], widths.rows[0]);
    for (let i = outer.length - 1; i >= 0; i--) {
      const axis = outer[i];
      base += strides[axis];
      at += steps[axis];
      if (++index[axis] < sizes[axis]) break;
      base -= strides[axis] * sizes[axis];
      at -= steps[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
}

/** How many elements of the innermost axis are not 0, for some rows of the axis before it. */
class Widths {
  readonly rows: Int32Array;
  readonly #packing: Packing;
  /** The axes outside of the rows that limits look at, and where they were. */
  readonly #axes: readonly number[];
  readonly #before: number[];

  constructor(packing: Packing, rows: number) {
    this.#packing = packing;
    this.rows = new Int32Array(rows);
    const outer = packing.sizes.length - (rows > 1 ? 2 : 1);
    const axes = packing.limits.flatMap((limit) => limit.axes.map(({ axis }) => axis));
    this.#axes = [...new Set(axes)].filter((axis) => axis < outer);
    this.#before = [];
  }

  /** Counts for an index of the axes outside of the rows. */
  update(index: number[]): void {
    if (this.#before.length > 0 && this.#axes.every((axis, i) => index[axis] === this.#before[i])) return;
    this.#axes.forEach((axis, i) => (this.#before[i] = index[axis]));
    if (this.#before.length === 0) this.#before.push(0);
    const { sizes } = this.#packing;
    for (let row = 0; row < this.rows.length; row++) {
      if (this.rows.length > 1) index[sizes.length - 2] = row;
      this.rows[row] = withinLimits(this.#packing, index, sizes[sizes.length - 1]);
    }
    if (this.rows.length > 1) index[sizes.length - 2] = 0;
  }
}

/** Copies the innermost axis. */
function copyRow(from: Words, base: number, to: Words, at: number, stride: number, width: number): void {
  const end = at + width;
  for (let target = at, position = base; target < end; target++, position += stride) to[target] = from[position];
}

/** Rows that are copied together: long enough to be read ahead, and what is written stays in the first cache. */
const ROWS_AT_ONCE = 128;

/** Copies the two innermost axes, the last of which takes the larger steps in the source: column by column. */
function copyAcross(
  from: Words,
  base: number,
  to: Words,
  at: number,
  { sizes, strides }: Packing,
  widths: Int32Array,
): void {
  const rank = sizes.length;
  const [rows, columns, down, across] = [sizes[rank - 2], sizes[rank - 1], strides[rank - 2], strides[rank - 1]];
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const end = Math.min(first + ROWS_AT_ONCE, rows);
    for (let column = 0; column < columns; column++) {
      let position = base + first * down + column * across;
      let target = at + first * columns + column;
      for (let row = first; row < end; row++, position += down, target += columns)
        if (column < widths[row]) to[target] = from[position];
    }
  }
}

/** How many elements of the innermost axis are not 0, at this index of the others. */
function withinLimits({ sizes, limits }: Packing, index: readonly number[], inner: number): number {
  const last = sizes.length - 1;
  let count = inner;
  for (const { axes, below } of limits) {
    let [fixed, scale] = [0, 0];
    for (const each of axes) {
      if (each.axis === last) scale += each.scale;
      else fixed += index[each.axis] * each.scale;
    }
    const room = below - fixed;
    if (room <= 0) return 0;
    if (scale > 0) count = Math.min(count, Math.ceil(room / scale));
  }
  return count;
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array, width: number): Words {
  const Class = WORDS.get(width)!;
  return new Class(buffer, byteOffset, byteLength / width);
}

/** Dims of the elements that a packing gives. */
export function packedDims({ sizes, rows }: Packing): readonly number[] {
  if (rows === undefined) return sizes;
  const width = sizes[sizes.length - 1];
  const turns = countOf(sizes) / (width * rows.places);
  return rows.as === "sum" ? [turns, width] : [turns, Math.ceil(rows.places / rows.as), width, rows.as];
}

/** Elements that a packing gives. */
export const packedCount = (packing: Packing): number => countOf(packedDims(packing));

const countOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);
