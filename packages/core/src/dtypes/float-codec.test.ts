import { describe, expect, it } from "vitest";
import type { DType } from "./dtypes.ts";
import {
  decodeTable,
  encodeBf16,
  encodeE8m0,
  encodeF16,
  encodeFloat,
  exponentOf,
  FLOAT_LAYOUTS,
  type Overflow,
  roundHalfEven,
} from "./float-codec.ts";

const SMALL = Object.keys(FLOAT_LAYOUTS) as (keyof typeof FLOAT_LAYOUTS)[];

/** The encoder that tensors use, overflow going to infinity or NaN. */
function encode(dtype: DType, value: number, overflow: Overflow = "special"): number {
  if (dtype === "f16") return encodeF16(value);
  if (dtype === "bf16") return encodeBf16(value);
  return encodeFloat(value, FLOAT_LAYOUTS[dtype]!, overflow);
}

/** The non-negative finite values in order; pattern i is value i. */
function magnitudes(dtype: DType): Float32Array {
  const table = decodeTable(dtype);
  const positive = table.subarray(0, table.length / 2);
  const end = positive.findIndex((value) => !Number.isFinite(value));
  return end < 0 ? positive : positive.subarray(0, end);
}

describe.each(SMALL)("%s", (dtype) => {
  const table = decodeTable(dtype);

  it("gives every finite value its own pattern", () => {
    const patterns = [...table.keys()].filter((pattern) => Number.isFinite(table[pattern]));
    expect(patterns.filter((pattern) => encode(dtype, table[pattern]) !== pattern)).toEqual([]);
  });

  it("rounds to the nearest value, ties to the even pattern, once from double", () => {
    const values = magnitudes(dtype);
    const wrong: number[] = [];
    for (let low = 0; low + 1 < values.length; low++) {
      const middle = (values[low] + values[low + 1]) / 2;
      const above = middle * (1 + 2 ** -52);
      const found = [middle, middle * (1 - 2 ** -52), above, -above].map((x) => encode(dtype, x));
      const expected = [low % 2 === 0 ? low : low + 1, low, low + 1, table.length / 2 + low + 1];
      if (found.join() !== expected.join()) wrong.push(middle);
    }
    expect(wrong).toEqual([]);
  });

  it("has one NaN, or none: then -0", () => {
    const expected = FLOAT_LAYOUTS[dtype]!.specials === "finite" ? -0 : NaN;
    expect(table[encode(dtype, NaN)]).toBe(expected);
  });
});

describe("values past the largest", () => {
  it.each([
    ["f8e4m3fn", 448, NaN],
    ["f8e4m3fnuz", 240, NaN],
    ["f8e5m2", 57344, Infinity],
    ["f8e5m2fnuz", 57344, NaN],
    ["f6e2m3", 7.5, 7.5],
    ["f6e3m2", 28, 28],
    ["f4e2m1", 6, 6],
  ] as const)("of %s saturate at %d or become %d", (dtype, largest, special) => {
    const table = decodeTable(dtype);
    for (const value of [1e30, Infinity]) {
      expect(table[encode(dtype, value, "saturate")]).toBe(largest);
      expect(table[encode(dtype, -value, "saturate")]).toBe(-largest);
      expect(table[encode(dtype, value)]).toBe(special);
      expect(table[encode(dtype, -value)]).toBe(-special);
    }
  });

  it("of f16 and bf16 become infinite", () => {
    expect([65519.99, 65520, -1e300].map((x) => decodeTable("f16")[encodeF16(x)])).toEqual([
      65504,
      Infinity,
      -Infinity,
    ]);
    expect(decodeTable("bf16")[encodeBf16(3.4e38)]).toBe(Infinity);
    expect(decodeTable("bf16")[encodeBf16(-1e300)]).toBe(-Infinity);
  });
});

describe("f8e8m0", () => {
  const table = decodeTable("f8e8m0");

  it("gives every power of two its own pattern in every mode", () => {
    const patterns = [...table.keys()].slice(0, 255);
    for (const mode of ["up", "down", "nearest"] as const) {
      expect(patterns.map((pattern) => encodeE8m0(table[pattern], mode, "special"))).toEqual(patterns);
    }
    expect(table[255]).toBeNaN();
  });

  it("rounds up, down, or to the nearest with ties up", () => {
    const rounded = (mode: "up" | "down" | "nearest") =>
      [1.1, 1.5, 1.9, 0.75].map((x) => table[encodeE8m0(x, mode, "saturate")]);
    expect(rounded("up")).toEqual([2, 2, 2, 1]);
    expect(rounded("down")).toEqual([1, 1, 1, 0.5]);
    expect(rounded("nearest")).toEqual([1, 2, 2, 1]);
  });

  it("saturates what is out of range, or makes it NaN", () => {
    const values = [0, 1e-45, 2 ** 128, Infinity];
    expect(values.map((x) => table[encodeE8m0(x, "up", "saturate")])).toEqual([
      2 ** -127,
      2 ** -127,
      2 ** 127,
      2 ** 127,
    ]);
    expect(values.map((x) => table[encodeE8m0(x, "nearest", "special")])).toEqual([NaN, NaN, NaN, NaN]);
    expect(table[encodeE8m0(NaN, "up", "saturate")]).toBeNaN();
  });
});

describe("rounding", () => {
  it("finds the exponent of doubles", () => {
    expect([1, 1.5, 2, 0.75, 2 ** -1022, Number.MAX_VALUE].map(exponentOf)).toEqual([0, 0, 1, -1, -1022, 1023]);
  });

  it("rounds halves to even", () => {
    expect([0.5, 1.5, 2.5, 0.49, 2.51, -0.5, -1.5].map(roundHalfEven)).toEqual([0, 2, 2, 0, 3, -0, -2]);
  });
});
