import { compareValues, GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { printKernel, verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { chainModel, drawnChains } from "../schedule/testing/chain-models.ts";
import { outputsOf, type SampleModel } from "../schedule/testing/sample-schedule.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import type { Schedule } from "../schedule/types.ts";
import { planProgram } from "./plan-program.ts";
import { runProgram } from "./testing/run-program.ts";
import type { Program } from "./types.ts";

function planned(
  { snapshot }: SampleModel,
  vectorBytes = 16,
): { readonly schedule: Schedule; readonly program: Program } {
  const { graph, stores } = snapshot;
  const facts = inferGraph(graph, { constantOf: heldWeights(stores) });
  const schedule = scheduleGraph(graph, facts, testTarget(vectorBytes));
  const names = graph.outputs.map(({ name }) => name);
  return { schedule, program: planProgram(schedule, names, { isCopied: () => true }) };
}

function programOf(build: (graph: GraphBuilder) => void): Program {
  const graph = new GraphBuilder("model");
  build(graph);
  return planned({ snapshot: graph.build(), inputs: new Map() }).program;
}

/** The kernels that work in place, as text. */
const inPlace = ({ kernels, steps }: Program): readonly string[] =>
  steps.flatMap((step) => {
    const kernel = step.kind === "kernel" ? kernels[step.kernel] : undefined;
    return kernel?.buffers.some(({ access }) => access === "readwrite") === true ? [printKernel(kernel)] : [];
  });

const f32 = (...shape: readonly number[]) => tensorType("f32", shape);

describe("a program", () => {
  it("makes a chain of values in the place of the first", () => {
    const chain = (count: number): Program =>
      programOf((graph) => {
        let value = graph.node("Relu", [graph.input("x", f32(64, 64))])[0];
        for (let i = 0; i < count; i++) value = graph.node("Softmax", [value])[0];
        graph.output(graph.node("MatMul", [value, value])[0]);
      });
    const row = 64 * 4;
    for (const count of [2, 6]) {
      const program = chain(count);
      expect(inPlace(program).length).toBeGreaterThanOrEqual(count - 1);
      expect(program.arenaBytes).toBe(64 * row + 2 * row);
    }
  });

  it("adds to what it has in the kernel of a product, in the place of what is added", () => {
    const program = programOf((graph) => {
      const x = graph.input("x", f32(32, 32));
      const kept = graph.node("Softmax", [x])[0];
      const product = graph.node("MatMul", [graph.node("Softmax", [graph.input("y", f32(32, 32))])[0], x])[0];
      const sum = graph.node("Add", [product, kept])[0];
      graph.output(graph.node("MatMul", [sum, sum])[0]);
    });
    expect(inPlace(program).filter((text) => text.includes("total")).length).toBe(1);
  });

  it("updates a value that ends there without a copy of it, and copies one that is read later", () => {
    const scattered = (isReadLater: boolean): Program =>
      programOf((graph) => {
        const x = graph.node("MatMul", [graph.input("x", f32(64, 8)), graph.input("w", f32(8, 8))])[0];
        const places = graph.weight("places", tensorFrom("i64", [2, 1], [3, 5]));
        const data = graph.node("ScatterND", [x, places, graph.input("rows", f32(2, 8))])[0];
        graph.output(graph.node("MatMul", [data, graph.input("v", f32(8, 8))])[0]);
        if (isReadLater) graph.output(graph.node("MatMul", [x, graph.input("u", f32(8, 8))])[0]);
      });
    const update = (program: Program): string => inPlace(program).find((text) => text.includes("ScatterND"))!;
    expect(update(scattered(false)).match(/^ *y\[.*= /gm)?.length).toBe(1);
    expect(update(scattered(true)).match(/^ *y\[.*= /gm)?.length).toBeGreaterThan(1);
    expect(scattered(true).arenaBytes - scattered(false).arenaBytes).toBe(64 * 8 * 4);
  });

  it("leaves what an input, a weight or an output holds, and what another step reads later", () => {
    const program = programOf((graph) => {
      const x = graph.input("x", f32(8, 8));
      const w = graph.weight("w", tensorFrom("f32", [8, 8], new Array<number>(64).fill(0.5)));
      const product = (a: string, b: string): string => graph.node("MatMul", [a, b])[0];
      const [shown, hidden] = [product(x, x), product(x, w)];
      const [a, b, c, d] = [x, w, shown, hidden].map((value) => graph.node("Tanh", [value])[0]);
      for (const value of [shown, product(a, b), product(c, d), product(hidden, x)]) graph.output(value);
    });
    expect(program.steps.length).toBe(9);
    expect(inPlace(program)).toEqual([]);
  });
});

/** Who wrote the bytes of the arena, step by step: a kernel reads only what nobody wrote over, and writes over nothing that is read later. */
function expectSound({ kernels, buffers, steps, arenaBytes }: Program): void {
  const owner = new Array<number>(arenaBytes).fill(-1);
  const lastUse = new Map<number, number>();
  steps.forEach((step, at) => {
    if (step.kind === "kernel") for (const id of step.buffers) lastUse.set(id, at);
  });
  steps.forEach((step, at) => {
    if (step.kind === "call") return;
    const inArena = step.buffers.flatMap((id, i) => {
      const { place, bytes } = buffers[id];
      if (place.kind !== "arena") return [];
      return [{ id, from: place.offset, to: place.offset + bytes, access: kernels[step.kernel].buffers[i].access }];
    });
    for (const { id, from, to, access } of inArena)
      for (let byte = from; access === "read" && byte < to; byte++) expect(owner[byte]).toBe(id);
    for (const { id, from, to, access } of inArena)
      for (let byte = from; access !== "read" && byte < to; byte++) {
        expect(lastUse.get(owner[byte]) ?? -1, `step ${at} over buffer ${owner[byte]}`).toBeLessThan(at);
        owner[byte] = id;
      }
  });
}

it("gives for random graphs the same bits in one arena as with memory of its own for each value", () => {
  let shared = 0;
  fc.assert(
    fc.property(drawnChains, fc.constantFrom(0, 8, 16, 32), (drawn, vectorBytes) => {
      const model = chainModel(drawn);
      const { schedule, program } = planned(model, vectorBytes);
      for (const kernel of program.kernels) verifyKernel(kernel);
      expectSound(program);
      shared += inPlace(program).length;
      const exact = { relative: 0, absolute: 0 };
      const expected = outputsOf(model, schedule);
      runProgram(program, model).forEach((value, i) =>
        expect(compareValues(value, expected[i], exact)).toBeUndefined(),
      );
    }),
    { numRuns: Math.ceil(400 * inject("share")) },
  );
  // few runs vary more
  expect(shared).toBeGreaterThan(40 * inject("share") ** 2);
});
