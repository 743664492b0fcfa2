import { describe, expect, it } from "vitest";
import { mersenneTwister } from "../random/mt19937.ts";
import { gemm, type Matrix, multiplyMatrices } from "./gemm.ts";

/** Runs steps to their end; gives how often they yielded. */
function run(steps: Generator<unknown, void>): number {
  let yields = 0;
  while (!steps.next().done) yields++;
  return yields;
}

const random = mersenneTwister(7);
const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform() - 0.5);

const at = ({ data, offset, rowStride, columnStride }: Matrix, i: number, j: number): number =>
  data[offset + i * rowStride + j * columnStride];

function expectProduct(m: number, n: number, k: number, a: Matrix, b: Matrix): void {
  const out = new Float64Array(m * n);
  run(gemm(m, n, k, a, b, out, 0, n));
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += at(a, i, p) * at(b, p, j);
      expect(out[i * n + j], `${m} x ${n} x ${k}, element ${i}, ${j}`).toBeCloseTo(sum, 10);
    }
  }
}

const rowMajor = (rows: number, columns: number): Matrix => ({
  data: values(rows * columns),
  offset: 0,
  rowStride: columns,
  columnStride: 1,
});
const columnMajor = (rows: number, columns: number): Matrix => ({
  data: values(rows * columns),
  offset: 0,
  rowStride: 1,
  columnStride: rows,
});

describe("gemm", () => {
  it.each([
    [1, 1, 1],
    [1, 37, 300],
    [3, 1100, 5],
    [2, 5, 2100],
    [37, 1, 300],
    [5000, 2, 3],
    [6, 3, 4200],
    [4, 4, 4],
    [5, 130, 259],
    [260, 9, 17],
    [37, 51, 0],
  ])("multiplies %i x %i matrices over a depth of %i, however they lie", (m, n, k) => {
    expectProduct(m, n, k, rowMajor(m, k), rowMajor(k, n));
    expectProduct(m, n, k, columnMajor(m, k), columnMajor(k, n));
  });

  it("reads reversed, gapped and repeated matrices", () => {
    const reversed: Matrix = { data: values(200), offset: 150, rowStride: -20, columnStride: 3 };
    const repeated: Matrix = { data: values(9), offset: 0, rowStride: 0, columnStride: 1 };
    expectProduct(6, 9, 5, reversed, repeated);
    expectProduct(1, 9, 5, reversed, repeated);
    expectProduct(6, 2, 5, reversed, repeated);
  });

  it("reads integers of any kind", () => {
    const data = Uint8Array.from({ length: 64 }, (_, i) => i);
    expectProduct(8, 8, 8, { data, offset: 0, rowStride: 8, columnStride: 1 }, rowMajor(8, 8));
  });

  it("hands each sum to finish once, before it is rounded, and writes only its rows", () => {
    const out = new Float32Array(7 * 9).fill(-1);
    const seen = new Set<number>();
    const one: Matrix = { data: Float32Array.of(1), offset: 0, rowStride: 0, columnStride: 0 };
    run(
      gemm(5, 7, 3, one, one, out, 9, 9, (sums, start, count, row, column) => {
        for (let i = 0; i < count; i++) {
          expect(seen.has(row * 7 + column + i)).toBe(false);
          seen.add(row * 7 + column + i);
          sums[start + i] += row * 10 + column + i;
        }
      }),
    );
    expect(seen.size).toBe(35);
    expect([...out.subarray(0, 9)]).toEqual(new Array(9).fill(-1));
    expect([...out.subarray(18, 27)]).toEqual([13, 14, 15, 16, 17, 18, 19, -1, -1]);
  });

  it("yields every few million products", { tags: ["long"] }, () => {
    const yields = (m: number, n: number, k: number) =>
      run(gemm(m, n, k, rowMajor(m, k), rowMajor(k, n), new Float32Array(m * n), 0, n));
    expect(yields(300, 300, 300)).toBeGreaterThan(300 ** 3 / 2 ** 22);
    expect(yields(1, 3000, 3000)).toBeGreaterThan(2);
    expect(yields(3000, 1, 3000)).toBeGreaterThan(2);
  });

  it("gives nothing for empty results", () => {
    let called = false;
    const nothing = rowMajor(0, 5);
    run(multiplyMatrices(0, 3, 5, nothing, rowMajor(5, 3), () => (called = true)));
    expect(called).toBe(false);
  });
});
