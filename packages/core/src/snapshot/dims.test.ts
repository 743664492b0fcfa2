import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDims,
  broadcastDims,
  type Dim,
  divDimsExact,
  evaluateDim,
  formatDim,
  mulDims,
  scaleDim,
  subDims,
  symbolDim,
} from "./dims.ts";

const small = fc.integer({ min: -9, max: 9 });
const dims = fc
  .tuple(small, small, small)
  .map(([constant, n, m]) => addDims(addDims(constant, scaleDim(symbolDim("n"), n)), scaleDim(symbolDim("m"), m)));
const symbols = fc.tuple(small, small).map(
  ([n, m]) =>
    new Map([
      ["n", n],
      ["m", m],
    ]),
);

describe("dims", () => {
  it("compute as their values do", () => {
    fc.assert(
      fc.property(dims, dims, symbols, (a, b, known) => {
        const value = (dim: Dim): number => evaluateDim(dim, known)!;
        expect(value(addDims(a, b))).toBe(value(a) + value(b));
        expect(value(subDims(a, b))).toBe(value(a) - value(b));
        const product = mulDims(a, b);
        expect(product === undefined || value(product) === value(a) * value(b)).toBe(true);
        const quotient = divDimsExact(a, b);
        expect(quotient === undefined || value(b) === 0 || value(quotient) * value(b) === value(a)).toBe(true);
      }),
    );
  });

  it("are written as people write them", () => {
    expect(formatDim(addDims(scaleDim(symbolDim("n"), 2), -1))).toBe("2*n - 1");
    expect(formatDim(addDims(symbolDim("a"), scaleDim(symbolDim("b"), -1)))).toBe("a - b");
    expect(formatDim(subDims(symbolDim("n"), symbolDim("n")))).toBe("0");
  });

  it("broadcast: one gives way, a number beats a symbol, unequal symbols give a new one", () => {
    const [n, m, fresh] = ["n", "m", "?0"].map(symbolDim);
    expect(broadcastDims([n, 1, 3], [4, m, 1, n], () => fresh)).toEqual([4, fresh, 1, 3]);
    expect(() => broadcastDims([2], [3], () => fresh)).toThrow("2 and 3 differ and neither is 1");
  });
});
