import { expect, it } from "vitest";
import { tensorFrom } from "../tensors/elements.ts";
import { tensorOf } from "../tensors/tensor.ts";
import type { KernelContext } from "./context.ts";
import { elementOrder, sortPositions, sortScratch } from "./sort.ts";

const context = { reserve: () => undefined } as unknown as KernelContext;

function sorted(count: number, order: (i: number, j: number) => number): number[] {
  const steps = sortPositions(sortScratch(count, context), order);
  for (;;) {
    const step = steps.next();
    if (step.done) return [...step.value[0]];
  }
}

it("sorts stably, for every small length", () => {
  for (let count = 0; count < 40; count++) {
    const keys = Array.from({ length: count }, (_, i) => (i * 7919) % 5);
    const expected = keys.map((_, i) => i).sort((i, j) => keys[i] - keys[j] || i - j);
    expect(sorted(count, (i, j) => keys[i] - keys[j])).toEqual(expected);
  }
});

it("puts NaN last and takes both zeros for one", () => {
  const x = tensorFrom("f32", [5], [Number.NaN, 0, -Infinity, -0, 1]);
  expect(sorted(5, elementOrder(x))).toEqual([2, 1, 3, 4, 0]);
  expect(elementOrder(x)(0, 0)).toBe(0);
});

it("tells 64-bit integers apart that are one double", () => {
  const x = tensorFrom("i64", [2], [2n ** 53n + 1n, 2n ** 53n]);
  expect(sorted(2, elementOrder(x))).toEqual([1, 0]);
});

it("orders strings by code point and complex values by real part first", () => {
  expect(sorted(3, elementOrder(tensorFrom("string", [3], ["\u{1f600}", "\uffff", "a"])))).toEqual([2, 1, 0]);
  expect(sorted(2, elementOrder(tensorOf("c64", [2], Float32Array.of(1, 5, 1, -5))))).toEqual([1, 0]);
});
