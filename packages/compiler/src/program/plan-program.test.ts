import { GraphBuilder, heldWeights, inferGraph, type Snapshot, tensorFrom, tensorType } from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import { expect, it } from "vitest";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import { planProgram } from "./plan-program.ts";
import type { Program } from "./types.ts";

function programOf(build: (graph: GraphBuilder) => void, isCopied = false): { program: Program; snapshot: Snapshot } {
  const builder = new GraphBuilder("model");
  build(builder);
  const snapshot = builder.build();
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  const schedule = scheduleGraph(snapshot.graph, facts, testTarget(16));
  const names = snapshot.graph.outputs.map(({ name }) => name);
  return { program: planProgram(schedule, names, { isCopied: () => isCopied }), snapshot };
}

/** Softmax keeps two rows of numbers on its way: so many in a chain. */
function softmaxes(graph: GraphBuilder, count: number): void {
  let value = graph.input("x", tensorType("f32", [8, 32]));
  for (let i = 0; i < count; i++) [value] = graph.node("Softmax", [value]);
  graph.output(value);
}

it("has each of several equal kernels once, and says for each step where it comes from", () => {
  const { program } = programOf((graph) => softmaxes(graph, 6));
  for (const kernel of program.kernels) verifyKernel(kernel);
  expect(program.steps.length).toBeGreaterThanOrEqual(6);
  expect(program.kernels.length).toBeLessThanOrEqual(program.steps.length / 2);
  const origins = program.steps.flatMap((step) => (step.kind === "kernel" ? step.origin : []));
  expect(new Set(origins)).toEqual(new Set([0, 1, 2, 3, 4, 5].map((i) => `Softmax_${i}`)));
});

it("uses the place of a value again when nothing needs it any more", () => {
  const few = programOf((graph) => softmaxes(graph, 3)).program;
  const many = programOf((graph) => softmaxes(graph, 12)).program;
  expect(few.arenaBytes).toBeGreaterThan(0);
  expect(many.arenaBytes).toBe(few.arenaBytes);
});

it("puts outputs in memory of their own, and an output that is an input where that is", () => {
  const { program } = programOf((graph) => {
    const x = graph.input("x", tensorType("f32", [4]));
    const [y] = graph.node("Neg", [x], {}, { name: "n" });
    graph.output(y);
    graph.output(x);
    graph.output(y);
  });
  const places = program.outputs.map(({ from }) => (typeof from === "number" ? program.buffers[from].place : from));
  expect(places.map((place) => (typeof place === "string" ? place : place.kind))).toEqual([
    "output",
    "input",
    "output",
  ]);
  expect(program.arenaBytes).toBe(0);
});

it("leaves weights where they are stored, or copies them once where that is asked for", () => {
  const build = (graph: GraphBuilder): void => {
    const w = graph.weight("w", tensorFrom("f32", [4], [1, 2, 3, 4]));
    const [y] = graph.node("Add", [graph.input("x", tensorType("f32", [4])), w]);
    const [z] = graph.node("Mul", [graph.input("z", tensorType("f32", [2, 4])), w]);
    graph.output(y);
    graph.output(z);
  };
  expect(programOf(build).program.buffers.map(({ place }) => place.kind)).toContain("weight");
  const { program, snapshot } = programOf(build, true);
  expect(program.constants).toEqual([{ offset: 0, memory: "f32", from: snapshot.graph.weights[0] }]);
  expect(program.constantBytes).toBe(64);
});

it("keeps values that a call reads until it has read them", () => {
  const { program } = programOf((graph) => {
    const x = graph.input("x", tensorType("f32", [64]));
    const [a] = graph.node("Softmax", [x]);
    const [b] = graph.node("Softmax", [a]);
    const [c] = graph.node("NonZero", [a]);
    graph.output(b);
    graph.output(c);
  });
  const call = program.steps.findIndex((step) => step.kind === "call");
  const name = "Softmax_0_out";
  const read = program.buffers.findIndex((buffer) => buffer.name === name);
  const { place, bytes } = program.buffers[read];
  expect(place.kind).toBe("arena");
  const from = place.kind === "arena" ? place.offset : 0;
  const before = program.steps
    .slice(0, call)
    .findLastIndex((step) => step.kind === "kernel" && step.buffers[0] === read);
  for (const step of program.steps.slice(before + 1, call))
    if (step.kind === "kernel") {
      const written = program.buffers[step.buffers[0]].place;
      const isOver = written.kind === "arena" && written.offset < from + bytes && written.offset + bytes > from;
      expect(isOver).toBe(false);
    }
});

it("counts the operations of a kernel: a multiply-add is two", () => {
  const { program } = programOf((graph) => {
    const a = graph.input("a", tensorType("f32", [4, 8]));
    const b = graph.input("b", tensorType("f32", [8, 16]));
    const [y] = graph.node("MatMul", [a, b]);
    graph.output(y);
  });
  const flops = program.steps.reduce((sum, step) => sum + (step.kind === "kernel" ? step.flops : 0), 0);
  expect(flops).toBeGreaterThanOrEqual(2 * 4 * 8 * 16);
  expect(flops).toBeLessThan(2.2 * 4 * 8 * 16);
});
