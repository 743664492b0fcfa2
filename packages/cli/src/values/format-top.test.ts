import { tensorFrom } from "@hodu/core";
import { expect, test } from "vitest";
import { formatTop, hasTop } from "./format-top.ts";

const top = (count: number, labels: readonly string[] = []) => ({ count, labels });

test("the largest elements stand in falling order, with their index and label", () => {
  const scores = tensorFrom("f32", [1, 4], [0.25, 0.5, 0.125, 0.00003]);
  expect(formatTop(scores, top(3), 80)).toEqual(["1    0.5", "0   0.25", "2  0.125"]);
  expect(formatTop(scores, top(2, ["cat", "dog\u001b[31m"]), 80)).toEqual(["1   0.5  dog\\u{1b}[31m", "0  0.25  cat"]);
  expect(formatTop(scores, top(9), 80)[3]).toBe("3   3e-5");
});

test("each row of the leading axes has its own", () => {
  const rows = tensorFrom("i64", [2, 1, 2], [1n, 2n ** 60n, 9n, 3n]);
  expect(formatTop(rows, top(1), 80)).toEqual(["[0, 0]", "1  1152921504606846976", "[1, 0]", "0  9"]);
  const many = tensorFrom("f32", [12, 2], new Array<number>(24).fill(1));
  expect(formatTop(many, top(1), 80).at(-1)).toBe("... and 2 more rows");
});

test("of equal elements the first comes first, infinity is the largest, NaN is none", () => {
  const odd = tensorFrom("f32", [5], [1, Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect(formatTop(odd, top(9), 80)).toEqual(["3   inf", "0     1", "2     1", "4  -inf"]);
});

test("scalars, bools, strings and what is empty have no largest elements", () => {
  expect(hasTop(tensorFrom("f16", [2], [1, 2]))).toBe(true);
  expect(hasTop(tensorFrom("f32", [], [1]))).toBe(false);
  expect(hasTop(tensorFrom("f32", [3, 1], [1, 2, 3]))).toBe(false);
  expect(hasTop(tensorFrom("bool", [2], [1, 0]))).toBe(false);
  expect(hasTop(tensorFrom("string", [2], ["a", "b"]))).toBe(false);
  expect(hasTop(tensorFrom("f32", [0, 2], []))).toBe(false);
});
