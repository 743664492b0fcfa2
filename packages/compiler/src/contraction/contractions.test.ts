import { compareValues, GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { runSchedule } from "../schedule/run-schedule.ts";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { contractionModel, DRAWN_NUMBERS } from "../schedule/testing/contraction-models.ts";
import { expectedOf, outputsOf, type SampleModel } from "../schedule/testing/sample-schedule.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import type { Schedule, ScheduleTarget } from "../schedule/types.ts";

const numbers = fc.array(fc.nat(1000), { minLength: DRAWN_NUMBERS, maxLength: DRAWN_NUMBERS });

function scheduled({ snapshot }: SampleModel, target: ScheduleTarget): Schedule {
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  const schedule = scheduleGraph(snapshot.graph, facts, target);
  for (const step of schedule.steps) {
    expect(step.kind).toBe("kernel");
    if (step.kind === "kernel") verifyKernel(step.kernel);
  }
  return schedule;
}

it("gives products and convolutions of any shape, with what follows them, as the reference kernels do", () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(0, 8, 16, 64), (drawn, vectorBytes) => {
      const model = contractionModel(drawn);
      const schedule = scheduled(model, testTarget(vectorBytes));
      const [actual] = outputsOf(model, schedule);
      expect(compareValues(actual, expectedOf(model)[0], { relative: 1e-4, absolute: 1e-4 })).toBeUndefined();
    }),
    { numRuns: Math.ceil(150 * inject("share")) },
  );
}, 120_000);

it("gives the same bits for every target where that is asked for", () => {
  const targets = [0, 16, 64].map((vectorBytes) => ({ ...testTarget(vectorBytes), isReproducible: true }));
  fc.assert(
    fc.property(numbers, (drawn) => {
      const model = contractionModel(drawn);
      const [first, ...others] = targets.map((target) => outputsOf(model, scheduled(model, target))[0]);
      for (const other of others) expect(compareValues(other, first, { relative: 0, absolute: 0 })).toBeUndefined();
    }),
    { numRuns: Math.ceil(60 * inject("share")) },
  );
}, 120_000);

/** Kernels of a model of f32 inputs, by their operators. */
function operatorsOf(build: (graph: GraphBuilder) => string): readonly string[] {
  const graph = new GraphBuilder("model");
  graph.output(build(graph));
  const schedule = scheduled({ snapshot: graph.build(), inputs: new Map() }, testTarget(16));
  return schedule.steps.map((step) => (step.kind === "kernel" ? step.operator : "call"));
}

const ones = (dims: readonly number[]) =>
  tensorFrom("f32", dims, new Array<number>(dims.reduce((a, b) => a * b, 1)).fill(1));

it("makes a convolution with bias, residual and activation in one kernel, after one for its border", () => {
  const operators = operatorsOf((graph) => {
    const x = graph.input("x", tensorType("f32", [1, 8, 8, 16]));
    const turned = graph.node("Transpose", [x], { perm: [0, 3, 1, 2] })[0];
    const w = graph.weight("w", ones([16, 16, 3, 3]));
    const y = graph.node("Conv", [turned, w, graph.weight("b", ones([16]))], { pads: [1, 1, 1, 1] })[0];
    const sum = graph.node("Add", [y, turned])[0];
    return graph.node("Transpose", [graph.node("Relu", [sum])[0]], { perm: [0, 2, 3, 1] })[0];
  });
  expect(operators).toEqual(["Conv", "Conv"]);
}, 120_000);

it("writes a value that only a border surrounds into its place within it", () => {
  const operators = operatorsOf((graph) => {
    const x = graph.input("x", tensorType("f32", [1, 8, 8, 16]));
    const turned = graph.node("Transpose", [x], { perm: [0, 3, 1, 2] })[0];
    const first = graph.node("Conv", [turned, graph.weight("v", ones([16, 16, 1, 1]))])[0];
    const last = graph.node("Relu", [graph.node("Transpose", [first], { perm: [0, 2, 3, 1] })[0]])[0];
    const again = graph.node("Transpose", [last], { perm: [0, 3, 1, 2] })[0];
    const y = graph.node("Conv", [again, graph.weight("w", ones([16, 16, 3, 3]))], { pads: [1, 1, 1, 1] })[0];
    return graph.node("Transpose", [y], { perm: [0, 2, 3, 1] })[0];
  });
  expect(operators).toEqual(["Conv", "Conv"]);
});

it("keeps what follows a sum with it where several read that", () => {
  const operators = operatorsOf((graph) => {
    const x = graph.input("x", tensorType("f32", [12, 16]));
    const y = graph.node("Relu", [graph.node("MatMul", [x, graph.weight("w", ones([16, 16]))])[0]])[0];
    const again = graph.node("MatMul", [y, graph.weight("v", ones([16, 16]))])[0];
    return graph.node("Add", [again, y])[0];
  });
  expect(operators).toEqual(["MatMul", "MatMul"]);
}, 120_000);

it("lays a constant factor out in panels before the run", () => {
  const graph = new GraphBuilder("model");
  const x = graph.input("x", tensorType("f32", [3, 2]));
  const w = graph.weight("w", tensorFrom("f32", [5, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  graph.output(graph.node("Gemm", [x, w], { transB: 1 })[0]);
  const snapshot = graph.build();
  const inputs = new Map([["x", tensorFrom("f32", [3, 2], [1, 0, 0, 1, 1, 1])]]);
  const schedule = scheduled({ snapshot, inputs }, testTarget(16));
  const packed = schedule.buffers.find(({ source }) => source.kind === "packed");
  expect(packed?.dims).toEqual([1, 2, 8]);
  const weight = heldWeights(snapshot.stores);
  const [y] = runSchedule(schedule, { inputs, weight: (which) => weight(which)!, call: () => [] });
  expect(y).toMatchObject({ shape: [3, 5] });
  const expected = tensorFrom("f32", [3, 5], [1, 3, 5, 7, 9, 2, 4, 6, 8, 10, 3, 7, 11, 15, 19]);
  expect(compareValues(y, expected, { relative: 0, absolute: 0 })).toBeUndefined();
}, 120_000);
