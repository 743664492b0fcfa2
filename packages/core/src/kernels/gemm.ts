import type { NumberData } from "../tensors/tensor.ts";
import type { Steps } from "./context.ts";

/** A matrix inside an array: element (i, j) is data[offset + i * rowStride + j * columnStride]. */
export interface Matrix {
  readonly data: NumberData;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Takes `count` finished sums of row `row` from column `column` on, which stand in `sums` from `start` on; it may change them. */
export type Finish = (sums: Float64Array, start: number, count: number, row: number, column: number) => void;

/** Rows and columns of the block of sums that is kept in registers. */
export const ROWS = 4;
export const COLUMNS = 4;
/** Extent of the tile of sums, and of the depth by which operands are packed: scratch stays below 1 MB. */
const TILE_ROWS = 256;
export const TILE_COLUMNS = 128;
export const TILE_DEPTH = 256;
/** Multiply-adds between two yields. */
const YIELD_AFTER = 1 << 21;

/** n rounded up to whole blocks of `step`. */
export const roundUp = (n: number, step: number): number => Math.ceil(n / step) * step;

/**
 * out = a x b for a [m, k] and b [k, n], accumulated in double, passed to `finish`, then rounded to what `out` holds;
 * `out` is row-major at `outOffset` with rows `outStride` apart.
 * Tiles of both operands are packed into doubles, so that the inner loop reads them in order and converts nothing.
 */
export function* gemm(
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
  out: NumberData,
  outOffset: number,
  outStride: number,
  finish?: Finish,
): Steps<void> {
  yield* multiplyMatrices(m, n, k, a, b, (sums, start, count, row, column) => {
    finish?.(sums, start, count, row, column);
    const at = outOffset + row * outStride + column;
    if (count < 16) for (let i = 0; i < count; i++) out[at + i] = sums[start + i];
    else out.set(sums.subarray(start, start + count), at);
  });
}

/** a x b as gemm does it, each finished stretch of a row given to `store`. */
export function* multiplyMatrices(m: number, n: number, k: number, a: Matrix, b: Matrix, store: Finish): Steps<void> {
  if (m === 0 || n === 0) return;
  const left = asFloats(a);
  const right = asFloats(b);
  if (n < COLUMNS) yield* fewColumns(m, n, k, left, right, store);
  else if (m < ROWS) yield* fewRows(m, n, k, left, right, store);
  else yield* tiles(m, n, k, left, right, store);
}

/** Reads of more than a few kinds of arrays are slow: all but floats are converted at once. */
function asFloats(matrix: Matrix): Matrix {
  const { data } = matrix;
  if (data instanceof Float32Array || data instanceof Float64Array) return matrix;
  return { ...matrix, data: new Float64Array(data) };
}

function* tiles(m: number, n: number, k: number, a: Matrix, b: Matrix, store: Finish): Steps<void> {
  const tileRows = Math.min(TILE_ROWS, roundUp(m, ROWS));
  const stride = Math.min(TILE_COLUMNS, roundUp(n, COLUMNS));
  const depth = Math.min(TILE_DEPTH, k);
  const sums = new Float64Array(tileRows * stride);
  const packedA = new Float64Array(tileRows * depth);
  const packedB = new Float64Array(stride * depth);
  for (let j = 0; j < n; j += stride) {
    const columns = Math.min(stride, n - j);
    for (let i = 0; i < m; i += tileRows) {
      const rows = Math.min(tileRows, m - i);
      sums.fill(0);
      for (let p = 0; p < k; p += depth) {
        const part = Math.min(depth, k - p);
        packRows(a, i, rows, p, part, packedA, 0);
        packColumns(b, j, columns, p, part, packedB);
        yield* multiplyPanels(rows, columns, part, packedA, 0, packedB, sums, stride);
      }
      for (let r = 0; r < rows; r++) store(sums, r * stride, columns, i + r, j);
    }
  }
}

/**
 * Adds to `sums` (rows `stride` apart) the product of packed panels. All panels are whole: sums past the last row and column of
 * the matrix are meaningless, and `sums` must have room for them. With `single` every step of a sum is rounded to f32, in the order of
 * the depth: what a chain of fused multiply-adds gives.
 */
export function* multiplyPanels(
  rows: number,
  columns: number,
  depth: number,
  packedA: Float64Array,
  offsetA: number,
  packedB: Float64Array,
  sums: Float64Array,
  stride: number,
  single = false,
): Steps<void> {
  let work = 0;
  const multiply = single ? multiplyBlockInSingle : multiplyBlock;
  for (let i = 0; i < rows; i += ROWS) {
    for (let j = 0; j < columns; j += COLUMNS) {
      multiply(packedA, offsetA + i * depth, packedB, j * depth, depth, sums, i * stride + j, stride);
    }
    work += ROWS * columns * depth;
    if (work >= YIELD_AFTER) {
      work = 0;
      yield undefined;
    }
  }
  yield undefined;
}

/** Columns j.. of b, rows p.. of them, as panels of COLUMNS columns: `depth` groups of COLUMNS values each. */
function packColumns(b: Matrix, j: number, columns: number, p: number, depth: number, packed: Float64Array): void {
  const { data, rowStride, columnStride } = b;
  for (let column = 0; column < columns; column += COLUMNS) {
    const start = b.offset + p * rowStride + (j + column) * columnStride;
    packPanel(data, start, columnStride, rowStride, Math.min(COLUMNS, columns - column), depth, packed, column * depth);
  }
}

/** Rows i.. of a, columns p.. of them, as panels of ROWS rows: `depth` groups of ROWS values each. */
export function packRows(
  a: Matrix,
  i: number,
  rows: number,
  p: number,
  depth: number,
  packed: Float64Array,
  at: number,
): void {
  const { data, rowStride, columnStride } = a;
  for (let row = 0; row < rows; row += ROWS) {
    const start = a.offset + (i + row) * rowStride + p * columnStride;
    packPanel(data, start, rowStride, columnStride, Math.min(ROWS, rows - row), depth, packed, at + row * depth);
  }
}

/** `depth` groups of four values: value g of group p is data[start + g * across + p * along]; groups may be short. */
function packPanel(
  data: NumberData,
  start: number,
  across: number,
  along: number,
  group: number,
  depth: number,
  packed: Float64Array,
  at: number,
): void {
  if (group === 4) {
    for (let p = 0; p < depth; p++, at += 4, start += along) {
      packed[at] = data[start];
      packed[at + 1] = data[start + across];
      packed[at + 2] = data[start + 2 * across];
      packed[at + 3] = data[start + 3 * across];
    }
    return;
  }
  for (let p = 0; p < depth; p++, at += 4, start += along) {
    for (let g = 0; g < group; g++) packed[at + g] = data[start + g * across];
  }
}

/** Fewer rows than a block has: b is read once, in the order in which it lies. */
function* fewRows(m: number, n: number, k: number, a: Matrix, b: Matrix, store: Finish): Steps<void> {
  const width = Math.min(n, 1024);
  const depth = Math.min(k, 1024);
  const sums = new Float64Array(width);
  const row = new Float64Array(depth);
  for (let j = 0; j < n; j += width) {
    const columns = Math.min(width, n - j);
    for (let i = 0; i < m; i++) {
      sums.fill(0);
      for (let p = 0; p < k; p += depth) {
        const part = Math.min(depth, k - p);
        let from = a.offset + i * a.rowStride + p * a.columnStride;
        for (let q = 0; q < part; q++, from += a.columnStride) row[q] = a.data[from];
        addRow(sums, columns, row, part, b, b.offset + p * b.rowStride + j * b.columnStride);
        yield undefined;
      }
      store(sums, 0, columns, i, j);
    }
  }
}

/** sums += row x the part of b that starts at `start`. */
function addRow(sums: Float64Array, columns: number, row: Float64Array, depth: number, b: Matrix, start: number): void {
  const { data, rowStride, columnStride } = b;
  if (rowStride === 1) {
    for (let j = 0; j < columns; j++) sums[j] += dot(data, start + j * columnStride, 1, row, depth);
    return;
  }
  let p = 0;
  for (; p + 3 < depth; p += 4, start += 4 * rowStride) {
    const [f0, f1, f2, f3] = [row[p], row[p + 1], row[p + 2], row[p + 3]];
    for (let j = 0, at = start; j < columns; j++, at += columnStride) {
      sums[j] +=
        f0 * data[at] + f1 * data[at + rowStride] + (f2 * data[at + 2 * rowStride] + f3 * data[at + 3 * rowStride]);
    }
  }
  for (; p < depth; p++, start += rowStride) addScaled(sums, columns, row[p], data, start, columnStride);
}

/** sums[j] += factor * data[start + j * step]. */
function addScaled(
  sums: Float64Array,
  count: number,
  factor: number,
  data: NumberData,
  start: number,
  step: number,
): void {
  if (step === 1) for (let j = 0; j < count; j++) sums[j] += factor * data[start + j];
  else for (let j = 0; j < count; j++, start += step) sums[j] += factor * data[start];
}

/** What the call for a short sum, and for storing it, count for. */
const CALL_COST = 8;

/** Fewer columns than a block has: each sum is a dot product of a row of a with a packed column. */
function* fewColumns(m: number, n: number, k: number, a: Matrix, b: Matrix, store: Finish): Steps<void> {
  const depth = Math.min(k, 4096);
  const column = new Float64Array(depth);
  const rows = Math.min(m, 4096);
  const sums = new Float64Array(rows * n);
  let work = 0;
  for (let i = 0; i < m; i += rows) {
    const count = Math.min(rows, m - i);
    sums.fill(0);
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p += depth) {
        const part = Math.min(depth, k - p);
        let from = b.offset + p * b.rowStride + j * b.columnStride;
        for (let q = 0; q < part; q++, from += b.rowStride) column[q] = b.data[from];
        for (let r = 0; r < count; r++) {
          const start = a.offset + (i + r) * a.rowStride + p * a.columnStride;
          sums[r * n + j] += dot(a.data, start, a.columnStride, column, part);
          work += part + CALL_COST;
          if (work >= YIELD_AFTER) {
            work = 0;
            yield undefined;
          }
        }
      }
    }
    for (let r = 0; r < count; r++) store(sums, r * n, n, i + r, 0);
  }
}

/** Sum of data[start + p * step] * column[p], in four interleaved parts. */
function dot(data: NumberData, start: number, step: number, column: Float64Array, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p = 0;
  for (; p + 3 < count; p += 4, start += 4 * step) {
    s0 += data[start] * column[p];
    s1 += data[start + step] * column[p + 1];
    s2 += data[start + 2 * step] * column[p + 2];
    s3 += data[start + 3 * step] * column[p + 3];
  }
  for (; p < count; p++, start += step) s0 += data[start] * column[p];
  return s0 + s1 + (s2 + s3);
}

/** Adds to a 4 x 4 block of sums: over p, a column of the row panel times a row of the column panel. */
function multiplyBlock(
  a: Float64Array,
  at: number,
  b: Float64Array,
  bt: number,
  depth: number,
  sums: Float64Array,
  to: number,
  stride: number,
): void {
  let [c00, c01, c02, c03] = [0, 0, 0, 0];
  let [c10, c11, c12, c13] = [0, 0, 0, 0];
  let [c20, c21, c22, c23] = [0, 0, 0, 0];
  let [c30, c31, c32, c33] = [0, 0, 0, 0];
  for (let p = 0; p < depth; p++, at += ROWS, bt += COLUMNS) {
    const a0 = a[at];
    const a1 = a[at + 1];
    const a2 = a[at + 2];
    const a3 = a[at + 3];
    const b0 = b[bt];
    const b1 = b[bt + 1];
    const b2 = b[bt + 2];
    const b3 = b[bt + 3];
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  addFour(sums, to, c00, c01, c02, c03);
  addFour(sums, to + stride, c10, c11, c12, c13);
  addFour(sums, to + 2 * stride, c20, c21, c22, c23);
  addFour(sums, to + 3 * stride, c30, c31, c32, c33);
}

/** The same with each step rounded to f32; the exact product of two f32 fits a double, so only the sum is rounded. */
function multiplyBlockInSingle(
  a: Float64Array,
  at: number,
  b: Float64Array,
  bt: number,
  depth: number,
  sums: Float64Array,
  to: number,
  stride: number,
): void {
  let [c00, c01, c02, c03] = fourOf(sums, to);
  let [c10, c11, c12, c13] = fourOf(sums, to + stride);
  let [c20, c21, c22, c23] = fourOf(sums, to + 2 * stride);
  let [c30, c31, c32, c33] = fourOf(sums, to + 3 * stride);
  for (let p = 0; p < depth; p++, at += ROWS, bt += COLUMNS) {
    const a0 = a[at];
    const a1 = a[at + 1];
    const a2 = a[at + 2];
    const a3 = a[at + 3];
    const b0 = b[bt];
    const b1 = b[bt + 1];
    const b2 = b[bt + 2];
    const b3 = b[bt + 3];
    c00 = Math.fround(c00 + a0 * b0);
    c01 = Math.fround(c01 + a0 * b1);
    c02 = Math.fround(c02 + a0 * b2);
    c03 = Math.fround(c03 + a0 * b3);
    c10 = Math.fround(c10 + a1 * b0);
    c11 = Math.fround(c11 + a1 * b1);
    c12 = Math.fround(c12 + a1 * b2);
    c13 = Math.fround(c13 + a1 * b3);
    c20 = Math.fround(c20 + a2 * b0);
    c21 = Math.fround(c21 + a2 * b1);
    c22 = Math.fround(c22 + a2 * b2);
    c23 = Math.fround(c23 + a2 * b3);
    c30 = Math.fround(c30 + a3 * b0);
    c31 = Math.fround(c31 + a3 * b1);
    c32 = Math.fround(c32 + a3 * b2);
    c33 = Math.fround(c33 + a3 * b3);
  }
  setFour(sums, to, c00, c01, c02, c03);
  setFour(sums, to + stride, c10, c11, c12, c13);
  setFour(sums, to + 2 * stride, c20, c21, c22, c23);
  setFour(sums, to + 3 * stride, c30, c31, c32, c33);
}

function addFour(sums: Float64Array, at: number, c0: number, c1: number, c2: number, c3: number): void {
  sums[at] += c0;
  sums[at + 1] += c1;
  sums[at + 2] += c2;
  sums[at + 3] += c3;
}

function fourOf(sums: Float64Array, at: number): [number, number, number, number] {
  return [sums[at], sums[at + 1], sums[at + 2], sums[at + 3]];
}

function setFour(sums: Float64Array, at: number, c0: number, c1: number, c2: number, c3: number): void {
  sums[at] = c0;
  sums[at + 1] = c1;
  sums[at + 2] = c2;
  sums[at + 3] = c3;
}
