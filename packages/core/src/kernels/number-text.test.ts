import { describe, expect, it } from "vitest";
import { formatNumber, parseInteger, parseNumber } from "./number-text.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
};

describe("numbers in text", () => {
  it("are read in plain and scientific notation", () => {
    expect([" 3.14", "1e-5", "1E8", "-.5", "7.", "+2"].map((text) => parseNumber(text, context))).toEqual([
      3.14, 1e-5, 1e8, -0.5, 7, 2,
    ]);
  });

  it("are read as infinities and NaN in any case", () => {
    expect(["INF", "+inf", "-Inf", "nAn"].map((text) => parseNumber(text, context))).toEqual([
      Infinity,
      Infinity,
      -Infinity,
      NaN,
    ]);
  });

  it("are refused when they are none", () => {
    for (const text of ["", "Hello", "0x10", "1e", "1 2", "."]) {
      expect(() => parseNumber(text, context)).toThrow("is not a number");
    }
    expect(() => parseNumber(`${"1".repeat(1e6)}x`, context)).toThrow("is not a number");
  });

  it("are exact as 64-bit integers and lose a fraction", () => {
    expect(parseInteger("9223372036854775807", context)).toBe(9223372036854775807n);
    expect(parseInteger("-12.75", context)).toBe(-12n);
    expect(parseInteger("+5", context)).toBe(5n);
    expect(parseInteger("inf", context)).toBe(0n);
  });

  it("are written as the shortest plain decimal of their dtype", () => {
    expect(formatNumber(Math.fround(0.1), "f32")).toBe("0.1");
    expect(formatNumber(0.1, "f64")).toBe("0.1");
    expect(formatNumber(Math.fround(1e-7), "f32")).toBe("0.0000001");
    expect(formatNumber(Math.fround(1e20), "f32")).toBe("100000000000000000000");
    expect(formatNumber(Math.fround(-314.15926), "f32")).toBe("-314.15927");
    expect(formatNumber(0.0999755859375, "f16")).toBe("0.1");
    expect(formatNumber(1e308, "f64")).toBe(`1${"0".repeat(308)}`);
    expect(formatNumber(-1.25e-10, "f64")).toBe("-0.000000000125");
    expect(formatNumber(1073741824, "f32")).toBe("1073741824");
    expect(formatNumber(-(2n ** 63n), "i64")).toBe("-9223372036854775808");
    expect([1, -0, Infinity, -Infinity, NaN].map((value) => formatNumber(value, "f32"))).toEqual([
      "1",
      "-0",
      "INF",
      "-INF",
      "NaN",
    ]);
  });
});
