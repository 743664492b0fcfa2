import { describe, expect, test } from "vitest";
import { applyPostTransform, type PostTransform, postTransformOf, twoScores } from "./post-transform.ts";

function transformed(transform: PostTransform, ...scores: number[]): number[] {
  const values = Float64Array.from(scores);
  applyPostTransform(transform, values);
  return Array.from(values, (x) => Number(x.toFixed(6)));
}

describe("applyPostTransform", () => {
  test("does what the names say", () => {
    expect(transformed("NONE", 1, -2)).toEqual([1, -2]);
    expect(transformed("LOGISTIC", 0, 800, -800)).toEqual([0.5, 1, 0]);
    expect(transformed("SOFTMAX", 1000, 1000)).toEqual([0.5, 0.5]);
    expect(transformed("PROBIT", 0.5, 0.975)).toEqual([0, 1.959049]);
  });

  test("leaves zeros out of SOFTMAX_ZERO", () => {
    expect(transformed("SOFTMAX_ZERO", 0, 1, 1)).toEqual([0, 0.5, 0.5]);
    expect(transformed("SOFTMAX_ZERO", 0, 0, 0)).toEqual([0.5, 0.5, 0.5]);
  });
});

test("twoScores makes the opposite or the complement, and transforms only by LOGISTIC and PROBIT", () => {
  expect(twoScores(0.25, "NONE", "opposite")).toEqual([-0.25, 0.25]);
  expect(twoScores(0.25, "SOFTMAX", "complement")).toEqual([0.75, 0.25]);
  expect(twoScores(0, "LOGISTIC", "complement")).toEqual([0.5, 0.5]);
});

test("postTransformOf takes names and TreeEnsemble's numbers", () => {
  const context = {
    fail(rule: string): never {
      throw new Error(rule);
    },
  };
  expect(postTransformOf("SOFTMAX_ZERO", context)).toBe("SOFTMAX_ZERO");
  expect(postTransformOf(2, context)).toBe("LOGISTIC");
  expect(() => postTransformOf(5, context)).toThrow(/5 must be one of NONE, SOFTMAX/);
});
