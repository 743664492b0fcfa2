import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Polynomial, sumOfTerms } from "../polynomial.ts";
import { Prover } from "./prover.ts";

/** `2 i j - 3`: words are atoms, a number is their factor. */
function polynomial(text: string): Polynomial {
  const terms = text.replaceAll("- ", "+ -").split("+");
  return sumOfTerms(
    terms.map((term) => {
      const words = term.replace("-", "-1 ").trim().split(/\s+/);
      const factors = words.filter((word) => /^-?\d+$/.test(word)).map(Number);
      return {
        coefficient: factors.reduce((a, b) => a * b, 1),
        atoms: words.filter((word) => !/^-?\d+$/.test(word)).sort(),
      };
    }),
  );
}

function proves(facts: readonly string[], goal: string): boolean {
  const prover = new Prover();
  for (const fact of facts) prover.add(polynomial(fact));
  return prover.prove(polynomial(goal));
}

const I_BELOW_N = ["n", "i", "n - i - 1"];

describe("Prover", () => {
  it.each([
    ["an index is below its extent", I_BELOW_N, "n - i - 1"],
    ["i * 4 + 3 < 4 * n", I_BELOW_N, "4 n - 4 i - 4"],
    ["an extent is at least 1 inside its loop", I_BELOW_N, "n - 1"],
    ["i * n + j < m * n", ["n", "m", "i", "m - i - 1", "j", "n - j - 1"], "m n - i n - j - 1"],
    ["whole vectors end before the end", ["n", "q", "n - 8 q", "8 q + 7 - n", "t", "8 q - 8 t - 1"], "n - 8 t - 8"],
    [
      "three dims",
      ["a", "b", "c", "i", "a - i - 1", "j", "b - j - 1", "k", "c - k - 1"],
      "a b c - b c i - c j - k - 1",
    ],
  ])("proves that %s", (_, facts, goal) => {
    expect(proves(facts, goal)).toBe(true);
  });

  it.each([
    ["an index is below less than its extent", I_BELOW_N, "n - i - 2"],
    ["a difference is not negative", I_BELOW_N, "i - 1"],
    ["a product with what may be negative is not negative", ["n", "x + 1"], "n x"],
    ["something without facts", [], "x"],
  ])("does not prove that %s", (_, facts, goal) => {
    expect(proves(facts, goal)).toBe(false);
  });

  it("looks at every case of an atom", () => {
    const prover = new Prover();
    prover.add(polynomial("n - 1"));
    prover.addCases("m", [
      { value: polynomial("n - 1"), facts: [] },
      { value: polynomial("x"), facts: [polynomial("n - x - 1")] },
    ]);
    expect(prover.proveAtMost(polynomial("m"), polynomial("n - 1"))).toBe(true);
    expect(prover.proveAtMost(polynomial("m"), polynomial("n - 2"))).toBe(false);
    expect(prover.prove(polynomial("m"))).toBe(false);
  });

  it("forgets what was added in a scope", () => {
    const prover = new Prover();
    prover.scope(() => {
      prover.add(polynomial("x - 2"));
      expect(prover.prove(polynomial("x"))).toBe(true);
    });
    expect(prover.prove(polynomial("x"))).toBe(false);
  });

  it("proves nothing that a point where all facts hold denies", () => {
    const point = fc.tuple(
      fc.integer({ min: -6, max: 9 }),
      fc.integer({ min: -6, max: 9 }),
      fc.integer({ min: -6, max: 9 }),
    );
    const atoms = fc.subarray(["x", "y", "z", "x"], { maxLength: 2 }).map((names) => [...names].sort());
    const sums = fc.array(fc.record({ coefficient: fc.integer({ min: -4, max: 4 }), atoms }), { maxLength: 4 });
    fc.assert(
      fc.property(point, fc.array(sums, { maxLength: 8 }), sums, ([x, y, z], candidates, goal) => {
        const at = (terms: Polynomial): number =>
          terms.reduce((sum, term) => sum + term.coefficient * term.atoms.reduce((p, a) => p * { x, y, z }[a]!, 1), 0);
        const prover = new Prover();
        // what is negative at the point becomes a fact by a constant
        for (const fact of candidates)
          prover.add(sumOfTerms([...fact, { coefficient: Math.max(0, -at(fact)), atoms: [] }]));
        expect(prover.prove(sumOfTerms(goal)) ? at(goal) : 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 400 },
    );
  });
});
