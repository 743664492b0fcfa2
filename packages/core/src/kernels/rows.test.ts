import { expect, it } from "vitest";
import { kernelContext } from "../evaluate/kernel-context.ts";
import type { Node } from "../snapshot/types.ts";
import { tensorFrom } from "../tensors/elements.ts";
import { transposed } from "../tensors/tensor.ts";
import type { Steps } from "./context.ts";
import { bigRowsOf, foldRows, inOriginalOrder, rowsOf, writeRows } from "./rows.ts";

const node: Node = { op: "Test", domain: "", name: "test", inputs: [], outputs: [], attributes: [], origin: [] };
const context = kernelContext(node, {});

function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const x = tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]);

it("rows run along the axes named, whatever the strides", () => {
  expect(finish(rowsOf(x, [0], context))).toMatchObject({ count: 3, length: 2, order: [1, 0], shape: [3, 2] });
  expect(Array.from(finish(rowsOf(x, [0], context)).data as ArrayLike<number>)).toEqual([1, 4, 2, 5, 3, 6]);
  expect(Array.from(finish(rowsOf(transposed(x, [1, 0]), [0], context)).data as ArrayLike<number>)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  expect(finish(rowsOf(x, [], context))).toMatchObject({ count: 6, length: 1 });
  expect(finish(rowsOf(x, [0, 1], context))).toMatchObject({ count: 1, length: 6 });
});

it("foldRows gathers each row into its total and knows row and column", () => {
  const totals = [0, 0];
  const rows = finish(rowsOf(x, [1], context));
  finish(foldRows(rows, totals, (total, value, row, column) => total + value * row + column));
  expect(totals).toEqual([3, 18]);
  const big = [1n];
  const bigRows = finish(bigRowsOf(tensorFrom("i64", [2], [3, 4]), [0], context));
  finish(foldRows(bigRows, big, (total, value) => total * value));
  expect(big).toEqual([12n]);
});

it("writeRows writes in the order of the rows, which inOriginalOrder turns back", () => {
  const rows = finish(rowsOf(x, [0], context));
  const target = new Float32Array(6);
  finish(writeRows(rows, target, (value, row) => value - row));
  const out = inOriginalOrder(tensorFrom("f32", rows.shape, Array.from(target)), rows);
  expect(out.shape).toEqual([2, 3]);
  expect(Array.from(finish(rowsOf(out, [1], context)).data as ArrayLike<number>)).toEqual([1, 1, 1, 4, 4, 4]);
});

it("long rows yield", () => {
  const long = tensorFrom("f32", [1 << 20], new Array<number>(1 << 20).fill(1));
  let yields = 0;
  const totals = [0];
  for (const _ of foldRows(finish(rowsOf(long, [0], context)), totals, (total, value) => total + value)) yields++;
  expect(totals).toEqual([1 << 20]);
  expect(yields).toBeGreaterThan(2);
});
