import { compareValues, GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { printKernel, verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { quantizedModel, QUANTIZED_NUMBERS } from "../schedule/testing/quantized-models.ts";
import { expectedOf, outputsOf, type SampleModel } from "../schedule/testing/sample-schedule.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import type { Schedule } from "../schedule/types.ts";

function scheduled({ snapshot }: SampleModel, vectorBytes: number, dots: 2 | 4 | undefined): Schedule {
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  const target = { ...testTarget(vectorBytes), ...(dots && { dots }) };
  const schedule = scheduleGraph(snapshot.graph, facts, target);
  for (const step of schedule.steps) {
    expect(step.kind).toBe("kernel");
    if (step.kind === "kernel") verifyKernel(step.kernel);
  }
  return schedule;
}

const textOf = ({ steps }: Schedule): string =>
  steps.map((step) => (step.kind === "kernel" ? printKernel(step.kernel) : "")).join("\n");

/** Numbers of a model whose products are summed by an operation: few runs draw one. */
const SUMMED = [
  0, 772, 356, 998, 7, 231, 558, 127, 3, 964, 778, 75, 972, 996, 193, 716, 269, 528, 0, 976, 886, 626, 2, 995, 908, 1,
  813, 5, 128, 143, 967, 9, 140, 998, 517, 982, 999, 259, 112, 4,
];

it("gives products and convolutions of bytes exactly, however many products one operation sums", () => {
  const numbers = fc.array(fc.nat(1000), { minLength: QUANTIZED_NUMBERS, maxLength: QUANTIZED_NUMBERS });
  const counts = [0, 0];
  fc.assert(
    fc.property(numbers, fc.constantFrom(undefined, 2 as const, 4 as const), fc.constantFrom(0, 16, 64), (...drawn) => {
      const [from, dots, vectorBytes] = drawn;
      const model = quantizedModel(from);
      const schedule = scheduled(model, vectorBytes, dots);
      const text = textOf(schedule);
      [" = dot2(", " = dot4("].forEach((dot, i) => (counts[i] += text.includes(dot) ? 1 : 0));
      const [actual] = outputsOf(model, schedule);
      expect(compareValues(actual, expectedOf(model)[0], { relative: 0, absolute: 0 })).toBeUndefined();
    }),
    {
      numRuns: Math.ceil(200 * inject("share")),
      examples: [
        [SUMMED, 2, 16],
        [SUMMED, 4, 16],
      ],
    },
  );
  // both came up
  expect(Math.min(...counts)).toBeGreaterThan(0);
}, 120_000);

/** MatMulInteger of u8 with a zero point that the run gives, and weights of a dtype with this zero point. */
function product(dtype: "i8" | "u8", zero: number, places: number): SampleModel {
  const graph = new GraphBuilder("product");
  const a = tensorFrom(
    "u8",
    [3, places],
    Array.from({ length: 3 * places }, (_, i) => (i * 37) % 256),
  );
  const b = tensorFrom(
    dtype,
    [places, 5],
    Array.from({ length: 5 * places }, (_, i) => (i * 29) % 128),
  );
  const zeros = [graph.input("zero", tensorType("u8", [])), graph.weight("w_zero", tensorFrom(dtype, [], [zero]))];
  const x = graph.input("x", tensorType("u8", [3, places]));
  graph.output(graph.node("MatMulInteger", [x, graph.weight("w", b), ...zeros])[0]);
  return {
    snapshot: graph.build(),
    inputs: new Map([
      ["x", a],
      ["zero", tensorFrom("u8", [], [131])],
    ]),
  };
}

it("sums four products of weights of i8 without a zero point, and two of others, where places of the sum remain too", () => {
  for (const [model, dot] of [
    [product("i8", 0, 11), "dot4"],
    [product("i8", 0, 3), "dot4"],
    [product("i8", 3, 11), "dot2"],
    [product("u8", 128, 8), "dot2"],
  ] as const) {
    const schedule = scheduled(model, 16, 4);
    expect(textOf(schedule)).toContain(dot);
    const expected = expectedOf(model)[0];
    expect(compareValues(outputsOf(model, schedule)[0], expected, { relative: 0, absolute: 0 })).toBeUndefined();
  }
});
