import { compareValues, GraphBuilder, heldWeights, inferGraph, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import { printKernel, verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { attentionModel, DRAWN_FOR_ATTENTION } from "../schedule/testing/attention-models.ts";
import { expectedOf, outputsOf, type SampleModel } from "../schedule/testing/sample-schedule.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import type { Schedule, ScheduleTarget } from "../schedule/types.ts";

const numbers = fc.array(fc.nat(1000), { minLength: DRAWN_FOR_ATTENTION, maxLength: DRAWN_FOR_ATTENTION });

function scheduled({ snapshot }: SampleModel, target: ScheduleTarget): Schedule {
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  const schedule = scheduleGraph(snapshot.graph, facts, target);
  for (const step of schedule.steps) {
    expect(step.kind).toBe("kernel");
    if (step.kind === "kernel") verifyKernel(step.kernel);
  }
  return schedule;
}

it("gives attention with any mask, past, window and form of heads as the reference kernel does", () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(0, 16, 64), (drawn, vectorBytes) => {
      const model = attentionModel(drawn);
      const [actual] = outputsOf(model, scheduled(model, testTarget(vectorBytes)));
      const [expected] = expectedOf(model);
      const tolerance = expected.kind === "tensor" && expected.dtype === "f16" ? 2e-3 : 1e-4;
      expect(compareValues(actual, expected, { relative: tolerance, absolute: tolerance })).toBeUndefined();
    }),
    { numRuns: Math.ceil(16 * inject("share")) },
  );
}, 120_000);

it("gives the same bits for every target where that is asked for", () => {
  const targets = [0, 16, 64].map((vectorBytes) => ({ ...testTarget(vectorBytes), isReproducible: true }));
  fc.assert(
    fc.property(numbers, (drawn) => {
      const model = attentionModel(drawn);
      const [first, ...others] = targets.map((target) => outputsOf(model, scheduled(model, target))[0]);
      for (const other of others) expect(compareValues(other, first, { relative: 0, absolute: 0 })).toBeUndefined();
    }),
    { numRuns: Math.ceil(5 * inject("share")) },
  );
}, 120_000);

interface Given {
  readonly key: readonly number[];
  readonly mask?: readonly number[];
  readonly queries?: number;
  readonly outputs?: number;
}

/** Attention of queries that are 1 over keys of one element and the values 1, 2, 3 and so on; the mask is of keys. */
function attending({ key, mask, queries = 16, outputs = 1 }: Given): SampleModel {
  const graph = new GraphBuilder("attention");
  const inputs = new Map<string, Tensor>();
  const add = (name: string, dims: readonly number[], elements: readonly number[]): string => {
    inputs.set(name, tensorFrom("f32", dims, elements));
    return graph.input(name, tensorType("f32", dims));
  };
  const operands = [
    add("q", [1, 1, queries, 1], new Array<number>(queries).fill(1)),
    add("k", [1, 1, key.length, 1], key),
    add(
      "v",
      [1, 1, key.length, 1],
      Array.from(key, (_, i) => i + 1),
    ),
    ...(mask === undefined ? [] : [add("mask", [mask.length], mask)]),
  ];
  for (const output of graph.node("Attention", operands, {}, { outputs })) graph.output(output);
  return { snapshot: graph.build(), inputs };
}

it.each<[string, Given, number]>([
  ["0 where no key is seen, whatever the scores", { key: [NaN, Infinity], mask: [-Infinity, -Infinity] }, 0],
  ["NaN where a score that is seen is NaN", { key: [NaN, 1, 2] }, NaN],
  ["0 where all scores are -Infinity", { key: [-Infinity, -Infinity] }, 0],
  ["the value of the only key that is seen", { key: [5, 9, 7], mask: [-Infinity, 0, -Infinity] }, 2],
  ["the value of a score that is far above", { key: [-900, 800, -1000] }, 2],
  [
    "what comes after a block of keys that are all hidden",
    { key: new Array<number>(130).fill(3), mask: [...new Array<number>(129).fill(-Infinity), 0] },
    130,
  ],
])("gives %s", (_title, given, value) => {
  const model = attending(given);
  const expected = tensorFrom("f32", [1, 1, 16, 1], new Array<number>(16).fill(value));
  expect(compareValues(expectedOf(model)[0], expected, { relative: 0, absolute: 0 })).toBeUndefined();
  for (const vectorBytes of [0, 16, 64]) {
    const [actual] = outputsOf(model, scheduled(model, testTarget(vectorBytes)));
    expect(compareValues(actual, expected, { relative: 1e-6, absolute: 0 })).toBeUndefined();
  }
});

/** Whether a kernel of a model goes through the keys with the powers of their scores beside it. */
const isInOnePass = (model: SampleModel): boolean =>
  scheduled(model, testTarget(32)).steps.some(
    (step) => step.kind === "kernel" && printKernel(step.kernel).includes("private powers"),
  );

it("has no scores in memory, but for few queries and where they are asked for", () => {
  const key = new Array<number>(40).fill(1);
  expect(isInOnePass(attending({ key }))).toBe(true);
  expect(isInOnePass(attending({ key, queries: 15 }))).toBe(false);
  expect(isInOnePass(attending({ key, outputs: 4 }))).toBe(false);
});
