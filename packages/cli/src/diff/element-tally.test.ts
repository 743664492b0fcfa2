import { EXACT, type Tensor, tensorFrom, tensorOf } from "@hodu/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addElements, elementChange, newTally } from "./element-tally.ts";
import type { ElementChange } from "./differences.ts";

function change(a: Tensor, b: Tensor, relative = 0, absolute = 0): ElementChange {
  const tally = newTally();
  addElements(tally, a, b, { relative, absolute });
  return elementChange(tally, a.shape);
}

const f32 = (...values: readonly number[]): Tensor => tensorFrom("f32", [values.length], values);

describe("elements of two tensors", () => {
  test("differ in number, by their largest differences, and first at an index", () => {
    const a = tensorFrom("f32", [2, 2], [1, 2, 4, 0]);
    const b = tensorFrom("f32", [2, 2], [1, 2, 5, 0.5]);
    expect(change(a, b)).toEqual({
      elements: 4,
      differing: 2,
      first: { index: [1, 0], a: "4", b: "5" },
      max_absolute: 1,
      max_relative: 0.25,
      nan: [0, 0],
    });
  });

  test("NaN equals NaN, and zero the negative one", () => {
    expect(change(f32(Number.NaN, 0), f32(Number.NaN, -0))).toMatchObject({ differing: 0, nan: [1, 1] });
    expect(change(f32(Number.NaN, 1), f32(1, Number.NaN))).toMatchObject({ differing: 2, nan: [1, 1] });
  });

  test("an infinity equals itself alone, and tells no largest difference", () => {
    const infinite = f32(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1);
    const other = f32(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(change(infinite, other, 1, 1)).toMatchObject({ differing: 2, max_absolute: null, max_relative: null });
  });

  test("a difference within the tolerance counts only among the largest", () => {
    expect(change(f32(100, 1), f32(100.5, 1), 0.01)).toMatchObject({ differing: 0, max_absolute: 0.5 });
    expect(change(f32(100), f32(100.5), 0, 0.4)).toMatchObject({ differing: 1 });
    expect(change(f32(100), f32(100.5), 0, 0.5)).toMatchObject({ differing: 0 });
  });

  test("64-bit integers are exact", () => {
    const a = tensorOf("i64", [2], BigInt64Array.of(2n ** 62n, -(2n ** 63n)));
    const b = tensorOf("i64", [2], BigInt64Array.of(2n ** 62n + 1n, 2n ** 63n - 1n));
    expect(change(a, b)).toMatchObject({
      differing: 2,
      first: { index: [0], a: "4611686018427387904", b: "4611686018427387905" },
      max_absolute: 2 ** 64,
    });
  });

  test.each<readonly [string, Tensor, Tensor, string]>([
    ["f16", tensorFrom("f16", [1], [1]), tensorFrom("f16", [1], [1.5]), "1.5"],
    ["f8e4m3fn", tensorFrom("f8e4m3fn", [1], [1]), tensorFrom("f8e4m3fn", [1], [1.5]), "1.5"],
    ["bool", tensorFrom("bool", [1], [true]), tensorFrom("bool", [1], [false]), "0"],
    ["string", tensorFrom("string", [1], ["a"]), tensorFrom("string", [1], ['"']), '"\\""'],
    ["c64", tensorFrom("c64", [1], [1, 2]), tensorFrom("c64", [1], [1, 5]), "(1, 5)"],
  ])("%s is read as what it is", (_, a, b, text) => {
    expect(change(a, b)).toMatchObject({ elements: 1, differing: 1, first: { index: [0], b: text } });
    expect(change(a, a)).toMatchObject({ differing: 0 });
  });

  test("complex numbers differ once for both of their parts, by their distance", () => {
    const a = tensorFrom("c128", [2], [0, 0, 3, 4]);
    const b = tensorFrom("c128", [2], [3, 4, 3, 4]);
    expect(change(a, b)).toMatchObject({ elements: 2, differing: 1, max_absolute: 5, max_relative: null });
    expect(change(b, a)).toMatchObject({ max_relative: 1 });
  });

  test("the tally of parts is that of the whole", () => {
    const numbers = fc.array(fc.tuple(fc.float(), fc.float()), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(numbers, fc.nat(40), (pairs, at) => {
        const cut = Math.min(at, pairs.length);
        const [a, b] = [f32(...pairs.map(([x]) => x)), f32(...pairs.map(([, y]) => y))];
        const tally = newTally();
        for (const part of [pairs.slice(0, cut), pairs.slice(cut)]) {
          addElements(tally, f32(...part.map(([x]) => x)), f32(...part.map(([, y]) => y)), EXACT);
        }
        expect(elementChange(tally, a.shape)).toEqual(change(a, b));
      }),
    );
  });
});
