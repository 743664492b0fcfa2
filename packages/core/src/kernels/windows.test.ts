import { describe, expect, it } from "vitest";
import { mersenneTwister } from "../random/mt19937.ts";
import { addDims, type Dim, scaleDim, symbolDim } from "../snapshot/dims.ts";
import {
  columnTaps,
  countWindows,
  listOf,
  rowStarts,
  rowTaps,
  validTaps,
  type WindowAttributes,
  type WindowAxis,
  windowAxes,
  windowsOf,
} from "./windows.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
  fresh: (): Dim => symbolDim("fresh"),
  reserve() {},
};

const count = (size: Dim, kernel: number, attributes: WindowAttributes): Dim =>
  countWindows(size, windowsOf([kernel], attributes, context)[0], attributes, context);

describe("countWindows", () => {
  it("counts windows that fit, or with ceil_mode that start before the end", () => {
    expect(count(7, 3, { strides: [2] })).toBe(3);
    expect(count(8, 3, { strides: [2] })).toBe(3);
    expect(count(8, 3, { strides: [2], ceil_mode: 1 })).toBe(4);
    expect(count(7, 3, { dilations: [3] })).toBe(1);
    // the last window would start in the padding
    expect(count(2, 1, { strides: [2], pads: [0, 1], ceil_mode: 1 })).toBe(1);
  });

  it("takes SAME as the size over the stride, rounded up, and VALID as no padding", () => {
    expect(count(7, 4, { strides: [3], auto_pad: "SAME_LOWER" })).toBe(3);
    expect(count(7, 4, { strides: [3], auto_pad: "VALID", pads: [9, 9] })).toBe(2);
  });

  it("follows symbols where the result is linear in them", () => {
    const n = symbolDim("n");
    expect(count(n, 3, { pads: [1, 1] })).toEqual(n);
    expect(count(n, 3, {})).toEqual(addDims(n, -2));
    expect(count(n, 2, { strides: [2] })).toEqual(symbolDim("fresh"));
    expect(count(scaleDim(n, 2), 2, { strides: [2] })).toEqual(n);
    expect(count(addDims(scaleDim(n, 2), 1), 2, { strides: [2] })).toEqual(n);
    expect(count(scaleDim(n, 2), 3, { strides: [2], auto_pad: "SAME_UPPER" })).toEqual(n);
    expect(count(scaleDim(n, 2), 3, { strides: [2], ceil_mode: 1 })).toEqual(n);
  });

  it("refuses windows that do not fit", () => {
    expect(() => count(2, 3, {})).toThrow(/a window of 3 elements must fit the padded axis of 2/);
  });
});

describe("windowsOf", () => {
  it.each<[WindowAttributes, readonly number[], RegExp]>([
    [{ auto_pad: "FULL" }, [1], /auto_pad "FULL" must be/],
    [{ strides: [0] }, [1], /strides value 0/],
    [{ dilations: [-1] }, [1], /dilations value -1/],
    [{ pads: [-1, 0] }, [1], /pads value -1/],
    [{ pads: [1] }, [1], /pads has 1 values, expected 2/],
    [{}, [0], /kernel_shape value 0/],
    [{ dilations: [2 ** 40] }, [2 ** 40], /too large/],
  ])("refuses %o", (attributes, kernel, message) => {
    expect(() => windowsOf(kernel, attributes, context)).toThrow(message);
  });

  it("fills in what is left out", () => {
    expect(listOf("strides", undefined, 2, 1, context)).toEqual([1, 1]);
  });
});

describe("windowAxes", () => {
  it("splits the padding of SAME, the odd element behind (UPPER) or in front (LOWER)", () => {
    const [upper] = windowAxes([7], [4], { auto_pad: "SAME_UPPER", strides: [2] }, context);
    const [lower] = windowAxes([7], [4], { auto_pad: "SAME_LOWER", strides: [2] }, context);
    expect([upper.begin, upper.end, upper.count]).toEqual([1, 2, 4]);
    expect([lower.begin, lower.end, lower.count]).toEqual([2, 1, 4]);
  });

  it("needs no padding where the stride passes the kernel", () => {
    const [axis] = windowAxes([8], [1], { auto_pad: "SAME_UPPER", strides: [4] }, context);
    expect([axis.begin, axis.end, axis.count]).toEqual([0, 0, 2]);
  });
});

function finish<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Position of tap i of window o. */
const positionOf = (axis: WindowAxis, o: number, i: number): number => o * axis.stride - axis.begin + i * axis.dilation;

function randomAxes(rank: number, seed: number): WindowAxis[] {
  const random = mersenneTwister(seed);
  const below = (limit: number): number => Math.floor(random.uniform() * limit);
  const list = (make: () => number): number[] => Array.from({ length: rank }, make);
  const pads = Array.from({ length: 2 * rank }, () => below(3));
  const [kernel, strides, dilations] = [list(() => 1 + below(3)), list(() => 1 + below(3)), list(() => 1 + below(2))];
  return windowAxes(
    list(() => 5 + below(4)),
    kernel,
    { pads, strides, dilations },
    context,
  );
}

describe.each(Array.from({ length: 20 }, (_, seed) => seed))("taps, seed %i", (seed) => {
  const axes = randomAxes(1 + (seed % 3), seed);
  const last = axes.at(-1)!;

  it("are those whose position lies on the axis", () => {
    for (let o = 0; o < last.count; o++) {
      const inside = Array.from({ length: last.kernel }, (_, i) => i).filter((i) => {
        const position = positionOf(last, o, i);
        return position >= 0 && position < last.size;
      });
      const [first, end] = validTaps(last, o);
      expect(Array.from({ length: end - first }, (_, i) => first + i)).toEqual(inside);
    }
  });

  it("of the last axis cover the same elements", () => {
    const { taps, first, end, start } = finish(columnTaps(last, context));
    const covered = new Set<string>();
    for (let t = 0; t < taps.length; t++) {
      for (let o = first[t]; o < end[t]; o++) {
        expect(start[t] + o * last.stride).toBe(positionOf(last, o, taps[t]));
        covered.add(`${o} ${taps[t]}`);
      }
    }
    const expected = Array.from({ length: last.count }, (_, o) => validTaps(last, o));
    expect(covered.size).toBe(expected.reduce((total, [from, to]) => total + to - from, 0));
  });

  it("of rows start where the rows of the input lie", () => {
    const rows = axes.slice(0, -1).reduce((product, axis) => product * axis.count, 1);
    const outer = axes.slice(0, -1).reduce((product, axis) => product * axis.kernel, 1);
    const table = finish(rowStarts(axes, context));
    for (let row = 0; row < rows; row++) {
      const valid = { taps: [] as number[], starts: [] as number[] };
      rowTaps(axes, row, valid);
      const expected = Array.from({ length: outer }, (_, tap) => startOf(axes, row, tap));
      expect([...table.subarray(row * outer, (row + 1) * outer)]).toEqual(expected);
      expect(valid.starts).toEqual(expected.filter((start) => start >= 0));
    }
  });
});

/** Where the input row under a tap of a row starts; -1 in the padding. */
function startOf(axes: readonly WindowAxis[], row: number, tap: number): number {
  let start = 0;
  let stride = axes.at(-1)!.size;
  for (const axis of axes.slice(0, -1).toReversed()) {
    const position = positionOf(axis, row % axis.count, tap % axis.kernel);
    if (position < 0 || position >= axis.size) return -1;
    start += position * stride;
    stride *= axis.size;
    row = Math.floor(row / axis.count);
    tap = Math.floor(tap / axis.kernel);
  }
  return start;
}
