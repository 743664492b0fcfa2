import { expect, it } from "vitest";
import { tensorFrom } from "../tensors/elements.ts";
import { broadcastTo, denseData, sliced, type Tensor, tensorOf, transposed } from "../tensors/tensor.ts";
import { assign, copyBlock, eachRow, inPrecision, move, OUTSIDE, pick } from "./move.ts";

const iota = (...shape: number[]): Tensor => {
  const count = shape.reduce((product, dim) => product * dim, 1);
  return tensorFrom(
    "i32",
    shape,
    Array.from({ length: count }, (_, i) => i),
  );
};

function run(steps: Generator<unknown, void>): number {
  let yields = 0;
  while (!steps.next().done) yields++;
  return yields;
}

it("moves a transposed and reversed view into a slice of the target", () => {
  const target = tensorOf("i32", [3, 4], new Int32Array(12));
  const source = sliced(transposed(iota(2, 3), [1, 0]), 0, 2, 3, -1);
  assign(sliced(target, 1, 1, 2), source);
  expect([...(target.data as Int32Array)]).toEqual([0, 2, 5, 0, 0, 1, 4, 0, 0, 0, 3, 0]);
});

it("moves strings, complex values and scalars", () => {
  const words = tensorOf("string", [2, 2], ["", "", "", ""]);
  assign(words, transposed(tensorFrom("string", [2, 2], ["a", "b", "c", "d"]), [1, 0]));
  expect(words.data).toEqual(["a", "c", "b", "d"]);
  const pairs = tensorOf("c64", [2], new Float32Array(4));
  assign(pairs, sliced(tensorOf("c64", [2], Float32Array.of(1, 2, 3, 4)), 0, 1, 2, -1));
  expect([...(pairs.data as Float32Array)]).toEqual([3, 4, 1, 2]);
  const scalar = tensorOf("i32", [], new Int32Array(1));
  assign(scalar, tensorFrom("i32", [], [7]));
  expect([...(scalar.data as Int32Array)]).toEqual([7]);
});

it("fills a large target from one element, yielding now and then", () => {
  const target = tensorOf("u8", [2, 1 << 21], new Uint8Array(1 << 22));
  const yields = run(move(target, broadcastTo(tensorFrom("u8", [], [9]), target.shape)));
  expect(yields).toBeGreaterThan(2);
  expect((target.data as Uint8Array).every((value) => value === 9)).toBe(true);
});

it("decodes bit patterns when the target keeps doubles, and back", () => {
  const halves = tensorFrom("f16", [2], [1.5, -2]);
  const wide = tensorOf("f16", [2], new Float64Array(2));
  assign(wide, halves);
  expect([...(wide.data as Float64Array)]).toEqual([1.5, -2]);
  expect([...(inPrecision(wide, false).data as Uint16Array)]).toEqual([...(halves.data as Uint16Array)]);
});

it("does not visit the rows of an empty shape, however long the other axes are", () => {
  let visits = 0;
  run(eachRow([2 ** 40, 0], [{ offset: 0, strides: [0, 1] }], () => visits++));
  expect(visits).toBe(0);
});

it("visits long rows in pieces that start where they should", () => {
  const seen: [number, number][] = [];
  run(eachRow([2, 70_000], [{ offset: 5, strides: [70_000, 1] }], ([start], count) => seen.push([start, count])));
  expect(seen).toEqual([
    [5, 65_536],
    [65_541, 4464],
    [70_005, 65_536],
    [135_541, 4464],
  ]);
});

it("picks by a table for each axis and leaves what lies outside", () => {
  const target = tensorOf("i32", [3, 3], new Int32Array(9).fill(-7));
  run(
    pick(target, iota(2, 2), [
      [1, OUTSIDE, 0],
      [1, 0, OUTSIDE],
    ]),
  );
  expect([...(target.data as Int32Array)]).toEqual([3, 2, -7, -7, -7, -7, 1, 0, -7]);
});

it("copies blocks of complex values by their pairs", () => {
  const target = tensorOf("c64", [3], new Float32Array(6));
  copyBlock(target, 1, tensorOf("c64", [2], Float32Array.of(1, 2, 3, 4)), 0, 2);
  expect([...(denseData(target) as Float32Array)]).toEqual([0, 0, 1, 2, 3, 4]);
});
