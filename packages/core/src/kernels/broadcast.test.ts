import { describe, expect, it } from "vitest";
import { numbers, tensorFrom } from "../tensors/elements.ts";
import { broadcastTo } from "../tensors/tensor.ts";
import { broadcastPositions, broadcastShapes, normalizeAxes, normalizeAxis } from "./broadcast.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
};

describe("broadcasting", () => {
  it("follows numpy's rules", () => {
    expect(broadcastShapes([2, 3, 1], [4], context)).toEqual([2, 3, 4]);
    expect(broadcastShapes([], [0, 1], context)).toEqual([0, 1]);
    expect(broadcastShapes([1], [0], context)).toEqual([0]);
    expect(() => broadcastShapes([2], [3], context)).toThrow("shapes [2] and [3] must broadcast");
    expect(() => broadcastShapes([2], [0], context)).toThrow("must broadcast");
  });

  it("finds each element from any place on", () => {
    for (const [from, to] of [
      [
        [2, 3, 4],
        [2, 3, 4],
      ],
      [
        [3, 1],
        [2, 3, 4],
      ],
      [
        [2, 1, 4],
        [2, 3, 4],
      ],
      [[4], [2, 3, 4]],
      [
        [1, 1],
        [2, 3, 4],
      ],
      [[], []],
      [
        [2, 1, 1, 2, 1],
        [2, 3, 2, 2, 2],
      ],
    ]) {
      const count = from.reduce((a, b) => a * b, 1);
      const total = to.reduce((a, b) => a * b, 1);
      const source = tensorFrom(
        "f64",
        from,
        Array.from({ length: count }, (_, i) => i),
      );
      const expected = [...numbers(broadcastTo(source, to))];
      const locate = broadcastPositions(from, to);
      for (let start = 0; start < total; start++) {
        const found = new Float64Array(total - start);
        locate(found, start, total - start);
        expect({ from, to, start, found: [...found] }).toEqual({ from, to, start, found: expected.slice(start) });
      }
    }
  });
});

describe("axes", () => {
  it("count from the end below 0", () => {
    expect(normalizeAxes([-1, 0], 3, context)).toEqual([2, 0]);
  });

  it("are refused out of range, twice, and of a scalar", () => {
    expect(() => normalizeAxis(3, 3, context)).toThrow("axis 3 must be in -3..2");
    expect(() => normalizeAxis(0.5, 3, context)).toThrow("axis 0.5 must be in -3..2");
    expect(() => normalizeAxes([1, -2], 3, context)).toThrow("must be distinct");
    expect(() => normalizeAxis(0, 0, context)).toThrow("a scalar");
  });
});
