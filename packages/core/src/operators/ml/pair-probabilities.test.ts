import { describe, expect, test } from "vitest";
import { pairProbabilities } from "./pair-probabilities.ts";

describe("pairProbabilities", () => {
  test("is Platt's sigmoid for two classes", () => {
    const [first, second] = pairProbabilities([0.5], 2, [-2], [0.25]);
    expect(first).toBeCloseTo(1 / (1 + Math.exp(-0.75)), 2);
    expect(first + second).toBeCloseTo(1, 12);
  });

  test("is even when no class beats another", () => {
    expect(Array.from(pairProbabilities([0, 0, 0], 3, [-1, -1, -1], [0, 0, 0]))).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  test("gives the most to the class that beats all others, and sums to 1", () => {
    const p = pairProbabilities([-2, 1, 3], 3, [-1, -1, -1], [0, 0, 0]);
    expect(p[1]).toBeGreaterThan(Math.max(p[0], p[2]));
    expect(p[0] + p[1] + p[2]).toBeCloseTo(1, 12);
  });
});
