import { describe, expect, it } from "vitest";
import { symbolDim } from "../../snapshot/dims.ts";
import { checkScale, checkZeroPoint, eachStretch, granularityOf } from "./granularity.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
};

/** The place of each element's scale. */
function scalesOf(x: readonly number[], scale: readonly number[], axis: number, block: number): number[] {
  const places: number[] = [];
  const steps = eachStretch(granularityOf(x, scale, axis, block, context), (at, count, s, sStep) => {
    expect(at).toBe(places.length);
    for (let i = 0; i < count; i++) places.push(s + i * sStep);
  });
  while (!steps.next().done);
  return places;
}

it("splits long stretches", () => {
  const places = scalesOf([2, 40_000], [2], 0, 0);
  expect(places.length).toBe(80_000);
  expect(places.lastIndexOf(0)).toBe(39_999);
  expect(scalesOf([0, 3], [3], 1, 0)).toEqual([]);
  expect(scalesOf([3, 0], [0], 1, 0)).toEqual([]);
});

describe("granularityOf", () => {
  it("gives one scale to all", () => {
    expect(scalesOf([2, 2], [], 9, 0)).toEqual([0, 0, 0, 0]);
    expect(scalesOf([2, 2], [1], 0, 3)).toEqual([0, 0, 0, 0]);
  });

  it("gives each element of an axis its own", () => {
    expect(scalesOf([2, 2, 2], [2], 1, 0)).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    expect(scalesOf([2, 3], [3], -1, 0)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(scalesOf([3], [3], 1, 0)).toEqual([0, 1, 2]);
  });

  it("gives blocks theirs, the last one short", () => {
    expect(scalesOf([2, 3], [2, 2], 1, 2)).toEqual([0, 0, 1, 2, 2, 3]);
    expect(scalesOf([3, 2], [2, 2], 0, 2)).toEqual([0, 1, 0, 1, 2, 3]);
    expect(scalesOf([4], [2], 1, 2)).toEqual([0, 0, 1, 1]);
    expect(scalesOf([2, 2, 2], [2, 1, 2], 1, 2)).toEqual([0, 1, 0, 1, 2, 3, 2, 3]);
    expect(scalesOf([2, 3], [2, 1], 1, 9)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(scalesOf([2, 2], [2, 2], 1, 1)).toEqual([0, 1, 2, 3]);
  });

  it.each<[readonly number[], readonly number[], number, number, RegExp]>([
    [[2, 3], [2], 1, 0, /scale has shape \[2\], expected one value or \[3\] for axis 1 of \[2, 3\]/],
    [[2, 3], [2, 2], 1, 0, /expected one value or \[3\]/],
    [[2, 3], [2, 3], 1, 2, /expected one value or \[2, 2\] for blocks of 2 on axis 1/],
    [[2, 3], [2], 2, 0, /axis 2 must be in -2..1/],
    [[2, 3], [2], 0, -1, /block_size -1 must not be negative/],
  ])("refuses x %o with a scale %o along %i by %i", (x, scale, axis, block, message) => {
    expect(() => granularityOf(x, scale, axis, block, context)).toThrow(message);
  });
});

it("lets shapes pass that are not known", () => {
  const n = symbolDim("n");
  checkScale([n, 3], [n], 0, 0, context);
  checkScale([4, n], [4, symbolDim("m")], 1, 2, context);
  checkZeroPoint([n], [3], context);
  checkZeroPoint([1], [], context);
  checkZeroPoint([n], [], context);
  expect(() => checkZeroPoint([2, n], [2], context)).toThrow(
    /zero point has shape \[2\], expected that of the scale, \[2, n\]/,
  );
});
