import { runInNewContext } from "node:vm";
import { DTYPE_NAMES, DTYPES, numbers, tensorOf } from "@hodu/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refuseWith } from "./refuse.ts";
import { storageFrom, type TypedArray } from "./storage-from.ts";

const refuse = refuseWith("use the elements");

describe("storageFrom", () => {
  it("converts arrays whose every value the dtype holds, without changing one", () => {
    fc.assert(
      fc.property(fc.int16Array(), fc.float32Array(), (ints, floats) => {
        expect(storageFrom("f32", ints, refuse)).toEqual(Float32Array.from(ints));
        expect(storageFrom("i64", ints, refuse)).toEqual(BigInt64Array.from(ints, BigInt));
        expect(storageFrom("f64", floats, refuse)).toEqual(Float64Array.from(floats));
      }),
      { verbose: 1 },
    );
  });

  it("takes the pixels of a canvas as floats and as half floats", () => {
    const pixels = Uint8ClampedArray.of(0, 128, 255);
    expect(storageFrom("f32", pixels, refuse)).toEqual(Float32Array.of(0, 128, 255));
    const half = storageFrom("f16", pixels, refuse);
    expect(numbers(tensorOf("f16", [3], half))).toEqual(Float32Array.of(0, 128, 255));
  });

  it("knows the arrays of another realm", () => {
    const foreign = runInNewContext("new Float32Array([1, 2])") as Float32Array;
    const own = storageFrom("f32", foreign, refuse);
    expect(own).toBeInstanceOf(Float32Array);
    foreign[1] = 5;
    expect(Array.from(own as Float32Array)).toEqual([1, 5]);
    expect(Array.from(storageFrom("f64", foreign, refuse) as Float64Array)).toEqual([1, 5]);
  });

  it("takes a typed array of its own class for every dtype that is kept in one", () => {
    for (const dtype of DTYPE_NAMES) {
      const { storage } = DTYPES[dtype];
      if (storage === "Array") continue;
      const array = new (globalThis[storage] as Float32ArrayConstructor)(2);
      expect(storageFrom(dtype, array, refuse)).toBe(array);
    }
  });

  it.each<[string, () => unknown, string]>([
    [
      "doubles for singles",
      () => storageFrom("f32", new Float64Array(1), refuse),
      "found a Float64Array, expected a Float32Array",
    ],
    ["longs for doubles", () => storageFrom("f64", new BigInt64Array(1), refuse), "found a BigInt64Array"],
    ["signed for unsigned", () => storageFrom("u32", new Int8Array(1), refuse), "found a Int8Array"],
    ["floats for integers", () => storageFrom("i64", new Float32Array(1), refuse), "found a Float32Array"],
    ["integers for bools", () => storageFrom("bool", new Int8Array(1), refuse), "found a Int8Array"],
    ["numbers for strings", () => storageFrom("string", new Int8Array(1), refuse), "expected an array of strings"],
    [
      "a bool that is 2",
      () => storageFrom("bool", Uint8Array.of(1, 2), refuse),
      "element 1: 2 does not fit bool (0 to 1)",
    ],
    ["a nibble that is 8", () => storageFrom("i4", Int8Array.of(8), refuse), "element 0: 8 does not fit i4 (-8 to 7)"],
    [
      "a fraction for an integer",
      () => storageFrom("i64", [1.5], refuse),
      "element 0: found 1.5, expected a whole number",
    ],
    ["a number past the dtype", () => storageFrom("u8", [1, 256], refuse), "element 1: 256 does not fit u8 (0 to 255)"],
    ["a number that would be infinite", () => storageFrom("f16", [65520], refuse), "65520 does not fit f16"],
    ["text for a number", () => storageFrom("f32", ["one"], refuse), 'element 0: found "one"'],
  ])("refuses %s", (_, convert, message) => {
    expect(convert).toThrow(message);
  });

  it("rounds numbers once to the dtype, and keeps bigints exact", () => {
    expect(storageFrom("f32", [0.1], refuse)).toEqual(Float32Array.of(0.1));
    expect(storageFrom("i64", [2n ** 63n - 1n, 5], refuse)).toEqual(BigInt64Array.of(2n ** 63n - 1n, 5n));
    expect(storageFrom("bool", [true, 0], refuse)).toEqual(Uint8Array.of(1, 0));
  });

  it("takes half floats of JavaScript where there are such", () => {
    const { Float16Array } = globalThis as { Float16Array?: { of(...items: number[]): TypedArray } };
    if (Float16Array === undefined) return;
    expect(storageFrom("f16", Float16Array.of(1), refuse)).toEqual(Uint16Array.of(0x3c00));
    expect(storageFrom("f32", Float16Array.of(0.5), refuse)).toEqual(Float32Array.of(0.5));
  });
});
