import { array, assert, integer, property, record } from "fast-check";
import { expect, it } from "vitest";
import { leastArena, type Lifetime, planArena } from "./plan-arena.ts";

const lifetimes = array(
  record({
    bytes: integer({ min: 0, max: 5000 }),
    first: integer({ min: 0, max: 60 }),
    length: integer({ min: 0, max: 30 }),
  }),
  { maxLength: 60 },
).map((all) => all.map(({ bytes, first, length }): Lifetime => ({ bytes, first, last: first + length })));

it("gives no two values that live at the same time the same bytes", () => {
  assert(
    property(lifetimes, (all) => {
      const { offsets, bytes } = planArena(all);
      all.forEach((one, i) => {
        if (one.bytes === 0) return;
        expect(offsets[i] % 64).toBe(0);
        expect(offsets[i] + one.bytes).toBeLessThanOrEqual(bytes);
        for (let j = 0; j < i; j++) {
          const other = all[j];
          const isTogether = one.first <= other.last && other.first <= one.last && other.bytes > 0;
          const overlaps = offsets[i] < offsets[j] + other.bytes && offsets[j] < offsets[i] + one.bytes;
          expect(isTogether && overlaps, `${i} and ${j}`).toBe(false);
        }
      });
      expect(bytes).toBeGreaterThanOrEqual(leastArena(all));
    }),
    { numRuns: 300 },
  );
});

it("takes no more than what lives at once for a chain with a branch, and stays near it for random lifetimes", () => {
  const chain: Lifetime[] = Array.from({ length: 50 }, (_, i) => ({
    bytes: 64 * ((i % 5) + 1),
    first: i,
    last: i + 1,
  }));
  chain.push({ bytes: 640, first: 10, last: 40 });
  expect(planArena(chain).bytes).toBe(leastArena(chain));
  assert(
    property(lifetimes, (all) => {
      expect(planArena(all).bytes).toBeLessThanOrEqual(1.25 * leastArena(all));
    }),
    { numRuns: 200, seed: 11 },
  );
});
