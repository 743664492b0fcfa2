import { describe, expect, it } from "vitest";
import { type AxisScale, coordinateOf, type Filter, isOutside, nearestTo, resample, weightsOf } from "./resampling.ts";

const context = { reserve() {} };
const axis = (from: number, to: number, scale = to / from): AxisScale => ({
  axis: 0,
  from,
  to,
  scale,
  start: 0,
  end: 1,
});
const filter: Filter = { mode: "half_pixel", cubic: false, a: -0.75, antialias: false, excludeOutside: false };

function finish<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const resized = (data: readonly number[], scale: AxisScale, options: Partial<Filter>): number[] => {
  const out = new Float64Array(scale.to);
  const weights = finish(weightsOf(scale, { ...filter, ...options }, context));
  finish(resample(Float64Array.from(data), 1, scale, 1, weights, -7, out));
  return [...out];
};

describe("coordinateOf", () => {
  it.each<[string, AxisScale, readonly number[]]>([
    ["half_pixel", axis(2, 4), [-0.25, 0.25, 0.75, 1.25]],
    ["asymmetric", axis(2, 4), [0, 0.5, 1, 1.5]],
    ["align_corners", axis(3, 5), [0, 0.5, 1, 1.5, 2]],
    ["align_corners", axis(4, 1, 0.25), [0]],
    ["pytorch_half_pixel", axis(4, 1, 0.25), [0]],
    ["pytorch_half_pixel", axis(4, 2), [0.5, 2.5]],
    ["pytorch_half_pixel", axis(3, 1, 0.5), [0]],
    ["tf_half_pixel_for_nn", axis(4, 2), [1, 3]],
    ["tf_half_pixel_for_nn", axis(2, 2), [0, 1]],
    ["half_pixel_symmetric", axis(4, 2, 0.6), [2 / 3, 7 / 3]],
    ["tf_crop_and_resize", { ...axis(5, 3), scale: 0.6, start: 0.25, end: 0.75 }, [1, 2, 3]],
    ["tf_crop_and_resize", { ...axis(5, 1), scale: 0.2, start: 0.25, end: 0.5 }, [1.5]],
  ])("%s", (mode, scale, expected) => {
    const coordinate = coordinateOf(scale, mode);
    expected.forEach((value, x) => expect(coordinate(x), `at ${x}`).toBeCloseTo(value, 12));
  });
});

it("rounds to the nearest element as each mode says", () => {
  const at = [0.4, 0.5, 0.6, 1.5, -2, 9];
  const round = (mode: string) => at.map((x) => nearestTo(x, 4, mode));
  expect(round("round_prefer_floor")).toEqual([0, 0, 1, 1, 0, 3]);
  expect(round("round_prefer_ceil")).toEqual([0, 1, 1, 2, 0, 3]);
  expect(round("floor")).toEqual([0, 0, 0, 1, 0, 3]);
  expect(round("ceil")).toEqual([1, 1, 1, 2, 0, 3]);
  expect([isOutside(-0.1, 4), isOutside(3, 4), isOutside(3.1, 4)]).toEqual([true, false, true]);
});

describe("resample", () => {
  it("keeps what stays in place, next to NaN too", () => {
    expect(resized([1, NaN, 3], axis(3, 3), {})).toEqual([1, NaN, 3]);
    expect(resized([1, 2, 3], axis(3, 3), { cubic: true })).toEqual([1, 2, 3]);
  });

  it("repeats the ends, or leaves out what lies beyond them", () => {
    expect(resized([0, 4], axis(2, 4), {})).toEqual([0, 1, 3, 4]);
    const [first] = resized([8, 8], axis(2, 4), { cubic: true, excludeOutside: true });
    expect(first).toBeCloseTo(8, 12);
  });

  it("means over all elements where it shrinks with antialias", () => {
    expect(resized([0, 0, 8, 8], axis(4, 2), { antialias: true })).toEqual([1, 7]);
    for (const cubic of [false, true]) {
      for (const value of resized(new Array(11).fill(5), axis(11, 3), { antialias: true, cubic })) {
        expect(value).toBeCloseTo(5, 12);
      }
    }
  });

  it("extrapolates where tf_crop_and_resize leaves the axis", () => {
    const scale = { ...axis(5, 3), start: 0.5, end: 1.5 };
    expect(resized([1, 2, 3, 4, 5], scale, { mode: "tf_crop_and_resize" })).toEqual([3, 5, -7]);
  });
});
