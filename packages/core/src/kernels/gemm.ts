import type { NumberData } from "../tensors/tensor.ts";
import type { Steps } from "./context.ts";

/** A matrix inside an array: element (i, j) is data[offset + i * rowStride + j * columnStride]. */
export interface Matrix {
  readonly data: NumberData;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Rows and columns of the block that is kept in registers. */
const ROWS = 4;
const COLUMNS = 4;
/** Multiply-adds between two yields. */
const YIELD_AFTER = 1 << 22;

/**
 * out = a x b for a [m, k] and b [k, n], accumulated in double; `out` is row-major at `outOffset` with rows `outStride` apart.
 * Panels of both operands are packed into doubles, so that the inner loop reads them in order and converts nothing.
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
): Steps<void> {
  if (m === 0 || n === 0) return;
  const packedB = packColumns(b, k, n);
  const panelA = new Float64Array(ROWS * k);
  let work = 0;
  for (let i = 0; i < m; i += ROWS) {
    const rows = Math.min(ROWS, m - i);
    packRows(a, i, rows, k, panelA);
    for (let j = 0; j < n; j += COLUMNS) {
      block(panelA, packedB, j * k, k);
      const columns = Math.min(COLUMNS, n - j);
      for (let r = 0; r < rows; r++) {
        const at = outOffset + (i + r) * outStride + j;
        for (let c = 0; c < columns; c++) out[at + c] = tile[r * COLUMNS + c];
      }
    }
    work += ROWS * n * k;
    if (work >= YIELD_AFTER) {
      work = 0;
      yield undefined;
    }
  }
}

const tile = new Float64Array(ROWS * COLUMNS);

/** b as panels of COLUMNS columns, each k rows of COLUMNS values, zeros past the last column. */
function packColumns(b: Matrix, k: number, n: number): Float64Array {
  const panels = Math.ceil(n / COLUMNS);
  const packed = new Float64Array(panels * COLUMNS * k);
  const { data, offset, rowStride, columnStride } = b;
  for (let panel = 0; panel < panels; panel++) {
    const columns = Math.min(COLUMNS, n - panel * COLUMNS);
    for (let p = 0; p < k; p++) {
      const source = offset + p * rowStride + panel * COLUMNS * columnStride;
      const target = (panel * k + p) * COLUMNS;
      for (let c = 0; c < columns; c++) packed[target + c] = data[source + c * columnStride];
    }
  }
  return packed;
}

/** `rows` rows of a from row i, interleaved: k groups of ROWS values, zeros in missing rows. */
function packRows(a: Matrix, i: number, rows: number, k: number, panel: Float64Array): void {
  const { data, offset, rowStride, columnStride } = a;
  if (rows < ROWS) panel.fill(0);
  for (let r = 0; r < rows; r++) {
    let source = offset + (i + r) * rowStride;
    for (let p = 0; p < k; p++, source += columnStride) panel[p * ROWS + r] = data[source];
  }
}

/** tile = a 4 x 4 block: sum over p of a column of the row panel times a row of the column panel. */
function block(a: Float64Array, b: Float64Array, bOffset: number, k: number): void {
  let c00 = 0,
    c01 = 0,
    c02 = 0,
    c03 = 0;
  let c10 = 0,
    c11 = 0,
    c12 = 0,
    c13 = 0;
  let c20 = 0,
    c21 = 0,
    c22 = 0,
    c23 = 0;
  let c30 = 0,
    c31 = 0,
    c32 = 0,
    c33 = 0;
  let at = 0;
  let bt = bOffset;
  for (let p = 0; p < k; p++) {
    const a0 = a[at],
      a1 = a[at + 1],
      a2 = a[at + 2],
      a3 = a[at + 3];
    const b0 = b[bt],
      b1 = b[bt + 1],
      b2 = b[bt + 2],
      b3 = b[bt + 3];
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
    at += ROWS;
    bt += COLUMNS;
  }
  tile[0] = c00;
  tile[1] = c01;
  tile[2] = c02;
  tile[3] = c03;
  tile[4] = c10;
  tile[5] = c11;
  tile[6] = c12;
  tile[7] = c13;
  tile[8] = c20;
  tile[9] = c21;
  tile[10] = c22;
  tile[11] = c23;
  tile[12] = c30;
  tile[13] = c31;
  tile[14] = c32;
  tile[15] = c33;
}
