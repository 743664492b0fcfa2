import { tensorFrom } from "@hodu/core";
import { expect, test } from "vitest";
import { magnitudeOf, valueError } from "./value-error.ts";

const f32 = (...elements: number[]) => tensorFrom("f32", [elements.length], elements);

test("a difference within the class is none, one beyond it is told with the worst element", () => {
  expect(valueError(f32(1, 2, 3), f32(1 + 2 ** -23, 2, 3), "rounding", 0)).toBeUndefined();
  const error = valueError(f32(1, 2.5, 4), f32(1, 2, 3), "rounding", 0);
  expect(error).toMatchObject({ wrong: 2, total: 3, largest: 1 });
  expect(error?.text).toContain("2 of 3 elements differ, most at [2]: found 4, expected 3 (allowed: 7.2e-7)");
});

test("terms that cancel may leave errors of their own size", () => {
  expect(valueError(f32(1e-6), f32(0), "reduction", 1)).toBeUndefined();
  expect(valueError(f32(1e-6), f32(0), "reduction", 1e-3)).toBeDefined();
});

test("not-a-numbers and infinities are equal to their like alone", () => {
  expect(valueError(f32(Number.NaN, Infinity), f32(Number.NaN, Infinity), "rounding", 0)).toBeUndefined();
  expect(valueError(f32(Infinity), f32(-Infinity), "rounding", 0)).toMatchObject({ wrong: 1 });
  expect(valueError(f32(Number.NaN), f32(1), "rounding", 9)).toMatchObject({ wrong: 1 });
});

test("data movement, integers and text must be equal; random numbers may be anything", () => {
  expect(valueError(f32(1), f32(1 + 2 ** -23), "exact", 1)).toBeDefined();
  const ints = (value: number) => tensorFrom("i32", [1], [value]);
  expect(valueError(ints(1), ints(2), "reduction", 1000)).toBeDefined();
  expect(valueError(f32(1), f32(2), "random", 0)).toBeUndefined();
});

test("another shape is an error", () => {
  expect(valueError(f32(1), f32(1, 1), "rounding", 0)?.text).toBe("its shape is [1], expected [2]");
});

test("the magnitude of a tensor is that of its finite elements", () => {
  expect(magnitudeOf(f32(-3, 2, Infinity, Number.NaN))).toBe(3);
  expect(magnitudeOf(tensorFrom("i32", [1], [9]))).toBe(0);
  expect(magnitudeOf(undefined)).toBe(0);
});
