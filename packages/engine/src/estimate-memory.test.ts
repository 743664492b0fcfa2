import { GraphBuilder, symbolDim, tensorFrom, tensorType } from "@hodu/core";
import { expect, test } from "vitest";
import { estimateMemory, weightBytes } from "./estimate-memory.ts";

const none = new Map<string, number>();

test("a value counts from where it is made to where it is used last", () => {
  const graph = new GraphBuilder("chain");
  let value = graph.input("x", tensorType("f32", [100]));
  for (let i = 0; i < 5; i++) [value] = graph.node("Neg", [value]);
  graph.output(value);
  // An input is the caller's; of the chain two values live at once, but for the first.
  expect(estimateMemory(graph.build(), none)).toEqual({
    weightBytes: 0,
    peakBytes: 800,
    unknownValues: 0,
    assumed: [],
  });
});

test("a value that is needed later stays", () => {
  const graph = new GraphBuilder("skip");
  const x = graph.input("x", tensorType("f32", [100]));
  const [kept] = graph.node("Neg", [x]);
  const [a] = graph.node("Abs", [kept]);
  const [b] = graph.node("Abs", [a]);
  const [sum] = graph.node("Add", [b, kept]);
  graph.output(sum);
  expect(estimateMemory(graph.build(), none).peakBytes).toBe(1200);
});

test("symbols have the size that is given, or count as 1 and are named", () => {
  const graph = new GraphBuilder("batch");
  const x = graph.input("x", tensorType("f64", [symbolDim("batch"), 10]));
  const [y] = graph.node("Neg", [x]);
  graph.output(y);
  const snapshot = graph.build();
  expect(estimateMemory(snapshot, none)).toMatchObject({ peakBytes: 80, assumed: ["batch"] });
  expect(estimateMemory(snapshot, new Map([["batch", 4]]))).toMatchObject({ peakBytes: 320, assumed: [] });
});

test("what only a run can tell is counted, not guessed", () => {
  const graph = new GraphBuilder("unknown");
  const x = graph.input("x", tensorType("f32", [10]));
  const [y] = graph.node("NonZero", [x]);
  graph.output(y);
  expect(estimateMemory(graph.build(), none)).toMatchObject({ peakBytes: 0, unknownValues: 1 });
});

test("weights count apart", () => {
  const graph = new GraphBuilder("weights");
  const x = graph.input("x", tensorType("f32", [2]));
  const [y] = graph.node("Add", [x, graph.weight("w", tensorFrom("f32", [2], [1, 2]))]);
  graph.output(y);
  const snapshot = graph.build();
  expect(weightBytes(snapshot)).toBe(8);
  expect(estimateMemory(snapshot, none)).toMatchObject({ weightBytes: 8, peakBytes: 8 });
});
