import { compareValues, GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { planProgram } from "../program/plan-program.ts";
import { isSameProgram } from "../program/same-program.ts";
import { STAND_INS } from "./program-size.ts";
import { scheduleGraph } from "./schedule-graph.ts";
import { chainModel, drawnChains } from "./testing/chain-models.ts";
import { expectedOf, outputsOf, type SampleModel } from "./testing/sample-schedule.ts";
import { testTarget } from "./testing/test-target.ts";
import type { Schedule } from "./types.ts";

/** The schedule of a model for any size; undefined where that is not one for all. */
function sizedSchedule(modelOf: (size: number) => SampleModel, vectorBytes: number): Schedule | undefined {
  const [one, other] = STAND_INS.map((standIn) => {
    const { graph, stores } = modelOf(standIn).snapshot;
    const facts = inferGraph(graph, { constantOf: heldWeights(stores) });
    const schedule = scheduleGraph(graph, facts, { ...testTarget(vectorBytes), standIn });
    const names = graph.outputs.map(({ name }) => name);
    return { schedule, program: planProgram(schedule, names), read: bytesIn(stores) };
  });
  if (!isSameProgram(one.program, other.program, [one.read, other.read])) return undefined;
  try {
    one.program.kernels.forEach(verifyKernel);
    return one.schedule;
  } catch {
    return undefined;
  }
}

function bytesIn(stores: SampleModel["snapshot"]["stores"]) {
  return ({ store, offset, length }: { readonly store: number; readonly offset: number; readonly length: number }) => {
    const held = stores[store];
    if (held.kind !== "bytes") throw new Error("weights in a file");
    return held.bytes.subarray(offset, offset + length);
  };
}

const atSize = (schedule: Schedule, size: number): Schedule => ({
  ...schedule,
  size,
  buffers: schedule.buffers.map((buffer) =>
    buffer.sizedAxis === undefined
      ? buffer
      : { ...buffer, dims: buffer.dims.with(buffer.sizedAxis, buffer.dims[buffer.sizedAxis] * size) },
  ),
});

const TOLERANCE = { relative: 1e-3, absolute: 1e-3 };

function expectRight(modelOf: (size: number) => SampleModel, schedule: Schedule, sizes: readonly number[]): void {
  for (const size of sizes) {
    const model = modelOf(size);
    const found = outputsOf(model, atSize(schedule, size));
    expectedOf(model).forEach((expected, i) => expect(compareValues(found[i], expected, TOLERANCE)).toBeUndefined());
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(1 + 3 * i));

/** Two layers over rows of 13 elements, of which there are as many as the size. */
function perceptron(size: number): SampleModel {
  const graph = new GraphBuilder("perceptron");
  const x = graph.input("x", tensorType("f32", [size, 13]));
  const first = graph.weight("first", tensorFrom("f32", [13, 37], numbers(13 * 37)));
  const bias = graph.weight("bias", tensorFrom("f32", [37], numbers(37)));
  const second = graph.weight("second", tensorFrom("f32", [37, 5], numbers(37 * 5)));
  const hidden = graph.node("Relu", [graph.node("Gemm", [x, first, bias])[0]])[0];
  graph.output(graph.node("Softmax", [graph.node("MatMul", [hidden, second])[0]], { axis: -1 })[0]);
  return {
    snapshot: graph.build(),
    inputs: new Map([["x", tensorFrom("f32", [size, 13], numbers(size * 13))]]),
  };
}

/** A convolution with a border, a pool and a product. */
function convolutional(size: number): SampleModel {
  const graph = new GraphBuilder("convolutional");
  const x = graph.input("x", tensorType("f32", [size, 3, 9, 9]));
  const w = graph.weight("w", tensorFrom("f32", [8, 3, 3, 3], numbers(8 * 27)));
  const bias = graph.weight("bias", tensorFrom("f32", [8], numbers(8)));
  const conv = graph.node("Conv", [x, w, bias], { pads: [1, 1, 1, 1] })[0];
  const pool = graph.node("MaxPool", [graph.node("Relu", [conv])[0]], { kernel_shape: [3, 3], strides: [2, 2] })[0];
  const flat = graph.node("Flatten", [pool])[0];
  const last = graph.weight("last", tensorFrom("f32", [128, 4], numbers(512)));
  graph.output(graph.node("MatMul", [flat, last])[0]);
  return {
    snapshot: graph.build(),
    inputs: new Map([["x", tensorFrom("f32", [size, 3, 9, 9], numbers(size * 243))]]),
  };
}

/** Attention of samples with two heads, a mask for each, and the future hidden. */
function attentive(size: number): SampleModel {
  const dims = [size, 2, 17, 3];
  const graph = new GraphBuilder("attentive");
  const values = ["q", "k", "v"].map((name) => graph.input(name, tensorType("f32", dims)));
  const mask = graph.input("mask", tensorType("f32", [size, 1, 17, 17]));
  graph.output(graph.node("Attention", [...values, mask], { is_causal: 1 })[0]);
  const tensor = (shape: readonly number[]) =>
    tensorFrom("f32", shape, numbers(shape.reduce((product, dim) => product * dim, 1)));
  const inputs = ["q", "k", "v"].map((name) => [name, tensor(dims)] as const);
  return { snapshot: graph.build(), inputs: new Map([...inputs, ["mask", tensor([size, 1, 17, 17])]]) };
}

describe("a schedule for a size that is known when kernels are called", () => {
  it.each([0, 16, 32])("gives products of any number of rows, with vectors of %i bytes", (vectorBytes) => {
    const schedule = sizedSchedule(perceptron, vectorBytes);
    expect(schedule).toBeDefined();
    expectRight(perceptron, schedule!, [1, 2, 3, 5, 31, 32, 33, 67]);
  });

  it.each([0, 16, 32])("gives convolutions of any number of images, with vectors of %i bytes", (vectorBytes) => {
    const schedule = sizedSchedule(convolutional, vectorBytes);
    expect(schedule).toBeDefined();
    expectRight(convolutional, schedule!, [1, 2, 5]);
  });

  it.each([0, 16, 64])("gives attention of any number of samples, with vectors of %i bytes", (vectorBytes) => {
    const schedule = sizedSchedule(attentive, vectorBytes);
    expect(schedule).toBeDefined();
    expectRight(attentive, schedule!, [1, 2, 5]);
  });

  it("is none where rows are put together: a kernel would have the number of them in it", () => {
    const joined = (size: number): SampleModel => {
      const graph = new GraphBuilder("joined");
      const x = graph.input("x", tensorType("f32", [size, 4]));
      graph.output(graph.node("Concat", [x, x], { axis: 0 })[0]);
      return { snapshot: graph.build(), inputs: new Map() };
    };
    expect(sizedSchedule(joined, 16)).toBeUndefined();
  });

  it("gives for random graphs, where there is one, what the reference kernels give", () => {
    let sized = 0;
    const drawn = fc.tuple(drawnChains, fc.constantFrom(0, 16, 32), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(drawn, ([chain, vectorBytes, size]) => {
        const modelOf = (rows: number): SampleModel => chainModel({ ...chain, dims: [rows, chain.dims[1]] });
        const schedule = sizedSchedule(modelOf, vectorBytes);
        if (schedule === undefined) return;
        sized++;
        expectRight(modelOf, schedule, [size]);
      }),
      { numRuns: Math.ceil(100 * inject("share")) },
    );
    // few runs vary more
    expect(sized).toBeGreaterThan(20 * inject("share") ** 2);
  });
});
