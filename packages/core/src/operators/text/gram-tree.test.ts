import { describe, expect, test } from "vitest";
import { countGrams, growGramTree, type Token } from "./gram-tree.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
};
/** a; b; (a, b); (b, b); (a, b, b). */
const POOL = ["a", "b", "a", "b", "b", "b", "a", "b", "b"];
const LAYOUT = { min_gram_length: 1, max_gram_length: 3, ngram_counts: [0, 2, 6], ngram_indexes: [0, 1, 2, 3, 4] };

function countsOf(tokens: readonly Token[], layout: typeof LAYOUT, skips: number): number[] {
  const counts = [0, 0, 0, 0, 0];
  const tree = growGramTree(POOL, layout, context);
  const steps = countGrams(tree, tokens, 0, tokens.length, { ...layout, max_skip_count: skips }, (gram) => {
    counts[gram]++;
  });
  while (!steps.next().done);
  return counts;
}

describe("n-grams", () => {
  test("are counted wherever they begin", () => {
    expect(countsOf(["a", "b", "b", "b"], LAYOUT, 0)).toEqual([1, 3, 1, 2, 1]);
  });

  test("may leave out items, single ones counted once", () => {
    expect(countsOf(["a", "x", "b", "x", "b"], LAYOUT, 0)).toEqual([1, 2, 0, 0, 0]);
    expect(countsOf(["a", "x", "b", "x", "b"], LAYOUT, 1)).toEqual([1, 2, 1, 1, 1]);
  });

  test("of other lengths than those wanted are passed over", () => {
    expect(countsOf(["a", "b", "b"], { ...LAYOUT, min_gram_length: 2, max_gram_length: 2 }, 0)).toEqual([
      0, 0, 1, 1, 0,
    ]);
  });
});

describe("growGramTree", () => {
  test("refuses parts of the pool that hold no whole n-grams", () => {
    expect(() => growGramTree(POOL, { ...LAYOUT, ngram_counts: [0, 2, 5] }, context)).toThrow(
      /whole n-grams of 2 items/,
    );
    expect(() => growGramTree(POOL, { ...LAYOUT, ngram_counts: [0, 20] }, context)).toThrow(/whole n-grams of 1 items/);
  });

  test("refuses too few indexes", () => {
    expect(() => growGramTree(POOL, { ...LAYOUT, ngram_indexes: [0] }, context)).toThrow(/each of 5 n-grams, found 1/);
  });
});
