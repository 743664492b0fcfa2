import fc from "fast-check";
import { expect, it } from "vitest";
import { PlacedValues } from "./placed-values.ts";

const value = fc.record({ first: fc.nat(60), length: fc.nat(9), offset: fc.nat(40) });

it("gives the placed values that live in some steps, by their offsets, few or most of them", () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.nat(60),
      fc.nat(80),
      fc.nat(300),
      (all, first, length, skip) => {
        const lifetimes = all.map((one) => ({ bytes: 1, first: one.first, last: one.first + one.length }));
        const placed = new PlacedValues(lifetimes);
        placed.place(0, 7);
        placed.clear();
        // not all have a place, and none in the order in which they begin
        const ids = [...all.keys()].filter((id) => id % 7 !== skip % 7);
        for (const id of ids) placed.place(id, all[id].offset);
        const last = first + (length % 20);
        const found = placed.livingIn(first, last);
        const expected = ids.filter((id) => lifetimes[id].first <= last && lifetimes[id].last >= first);
        expect([...found].sort((a, b) => a - b)).toEqual(expected);
        const offsets = [...found].map((id) => placed.offsetOf(id));
        expect(offsets).toEqual(expected.map((id) => all[id].offset).sort((a, b) => a - b));
      },
    ),
    { numRuns: 500 },
  );
});
