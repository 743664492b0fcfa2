import { expect, it } from "vitest";
import { kernelContext } from "../../evaluate/kernel-context.ts";
import { poolOf, slideWindows, tapCounts } from "./pooling.ts";

const node = { op: "MaxPool", domain: "", name: "n", inputs: [], outputs: ["y"], attributes: [], origin: [] };
const context = kernelContext(node, { maxBytes: 1 << 20 });

/** For each window the flat places of its elements. */
function windowsOf(shape: readonly number[], attributes: Parameters<typeof poolOf>[1]): number[][] {
  const pool = poolOf(shape, attributes, context);
  const windows: number[][] = [];
  let row: number[][] = [];
  const steps = slideWindows(
    pool,
    {
      begin() {
        row = Array.from({ length: pool.shape.at(-1)! }, () => []);
      },
      take(first, end, at, step) {
        for (let o = first; o < end; o++) row[o].push(at + (o - first) * step);
      },
      end(to) {
        row.forEach((places, o) => {
          windows[to + o] = places;
        });
      },
    },
    context,
  );
  while (!steps.next().done);
  return windows;
}

it("visits the elements of each window in row-major order, those of the padding left out", () => {
  const windows = windowsOf([1, 2, 2, 3], { kernel_shape: [2, 2], pads: [1, 0, 0, 1] });
  expect(windows.slice(0, 6)).toEqual([[0, 1], [1, 2], [2], [0, 1, 3, 4], [1, 2, 4, 5], [2, 5]]);
  expect(windows[9]).toEqual([6, 7, 9, 10]);
});

it("counts elements in the input or in the padded input, never past it", () => {
  const pool = poolOf(
    [1, 1, 3, 4],
    { kernel_shape: [2, 3], strides: [2, 3], pads: [0, 1, 0, 0], ceil_mode: 1 },
    context,
  );
  const counts = new Float64Array(pool.shape.at(-1)!);
  tapCounts(pool, 0, false, counts);
  expect([...counts]).toEqual([4, 4]);
  tapCounts(pool, 1, false, counts);
  expect([...counts]).toEqual([2, 2]);
  tapCounts(pool, 1, true, counts);
  expect([...counts]).toEqual([3, 2]);
});

it("refuses windows that would take more memory than there is", () => {
  const attributes = { kernel_shape: [2 ** 30], pads: [2 ** 30, 2 ** 30], strides: [2 ** 20] };
  expect(() => windowsOf([1, 1, 4], attributes)).toThrow(/needs .* more/);
});
