import { expect, it } from "vitest";
import { quantizerOf } from "./quantizer.ts";
import { rounderOf } from "./round-to.ts";

it("rounds half to even, adds the zero point and saturates", () => {
  const quantize = quantizerOf("u8");
  expect([0.5, 1.5, 2.5, -0.5, 300, -300].map((x) => quantize(x, 10))).toEqual([10, 12, 12, 10, 255, 0]);
  expect([8, -9, 7.4].map((x) => quantizerOf("i4")(x, 0))).toEqual([7, -8, 7]);
});

it("takes infinities to the ends of the range and NaN for 0", () => {
  expect([Infinity, -Infinity, NaN].map((x) => quantizerOf("i8")(x, 3))).toEqual([127, -128, 3]);
});

it("only adds the zero point of a float", () => {
  expect(quantizerOf("f8e4m3fn")(1.3, 0.5)).toBe(1.8);
});

it("rounds as operations in a dtype do, and not at all in wide runs", () => {
  expect(rounderOf("f32", false)(0.1)).toBe(Math.fround(0.1));
  expect(rounderOf("f16", false)(2049)).toBe(2048);
  expect(rounderOf("bf16", false)(257)).toBe(256);
  expect(rounderOf("f16", true)(2049)).toBe(2049);
});
