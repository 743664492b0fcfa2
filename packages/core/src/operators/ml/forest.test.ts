import { describe, expect, test } from "vitest";
import { checkForest, type Forest } from "./forest.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
};

function forestOf(children: readonly (readonly [number, number])[], leaves: number): Forest {
  const count = children.length;
  return {
    roots: Int32Array.of(0),
    feature: new Int32Array(count),
    mode: new Uint8Array(count),
    split: new Float64Array(count),
    onTrue: Int32Array.from(children, ([yes]) => yes),
    onFalse: Int32Array.from(children, ([, no]) => no),
    missingTrue: new Uint8Array(count),
    members: new Map(),
    votes: { starts: new Int32Array(leaves + 1), targets: new Int32Array(0), weights: new Float64Array(0) },
  };
}

describe("checkForest", () => {
  test("accepts a tree, and nodes that share a descendant", () => {
    expect(() =>
      checkForest(
        forestOf(
          [
            [1, ~0],
            [~1, ~2],
          ],
          3,
        ),
        context,
      ),
    ).not.toThrow();
    expect(() =>
      checkForest(
        forestOf(
          [
            [1, 2],
            [2, ~0],
            [~0, ~0],
          ],
          1,
        ),
        context,
      ),
    ).not.toThrow();
  });

  test("refuses a node that is its own descendant", () => {
    expect(() => checkForest(forestOf([[0, ~0]], 1), context)).toThrow(/node 0 .* own descendant/);
    expect(() =>
      checkForest(
        forestOf(
          [
            [1, ~0],
            [~0, 2],
            [~0, 1],
          ],
          1,
        ),
        context,
      ),
    ).toThrow(/node 1 .* own descendant/);
  });

  test("refuses children that are not there", () => {
    expect(() => checkForest(forestOf([[1, ~0]], 1), context)).toThrow(/no node 1/);
    expect(() => checkForest(forestOf([[~1, ~0]], 1), context)).toThrow(/no leaf 1/);
  });

  test("walks a chain of a million nodes", () => {
    const count = 1_000_000;
    const chain = Array.from({ length: count }, (_, i) => [i + 1 < count ? i + 1 : ~0, ~0] as const);
    expect(() => checkForest(forestOf(chain, 1), context)).not.toThrow();
  });
});
