import { GraphBuilder, symbolDim, tensorFrom, tensorType } from "@hodu/core";
import { expect, test } from "vitest";
import { estimateFlops } from "./estimate-flops.ts";

const none = new Map<string, number>();

test("matrix products count two for each multiply-add, symbols as 1 or as they are given", () => {
  const graph = new GraphBuilder("dense");
  const x = graph.input("x", tensorType("f32", [symbolDim("batch"), 10]));
  const w = graph.weight("w", tensorFrom("f32", [10, 3], new Array<number>(30).fill(1)));
  const [y] = graph.node("MatMul", [x, w]);
  const [z] = graph.node("Relu", [y]);
  graph.output(z);
  const snapshot = graph.build();
  expect(estimateFlops(snapshot, none)).toEqual({ flops: 60, unknownNodes: 0 });
  expect(estimateFlops(snapshot, new Map([["batch", 4]]))).toEqual({ flops: 240, unknownNodes: 0 });
});

test("a transposed Gemm and a grouped convolution count what they go through", () => {
  const graph = new GraphBuilder("gemm");
  const a = graph.input("a", tensorType("f32", [5, 2]));
  const b = graph.input("b", tensorType("f32", [5, 3]));
  const [y] = graph.node("Gemm", [a, b], { transA: 1n });
  const image = graph.input("image", tensorType("f32", [1, 4, 8, 8]));
  const kernel = graph.input("kernel", tensorType("f32", [6, 2, 3, 3]));
  const [z] = graph.node("Conv", [image, kernel], { group: 2n });
  graph.output(y);
  graph.output(z);
  expect(estimateFlops(graph.build(), none).flops).toBe(2 * (2 * 3 * 5) + 2 * (6 * 6 * 6) * (2 * 3 * 3));
});

test("what only a run can tell is counted, not guessed", () => {
  const graph = new GraphBuilder("unknown");
  const x = graph.input("x", tensorType("f32", [10]));
  const [found] = graph.node("NonZero", [x]);
  const [cast] = graph.node("Cast", [found], { to: 1n });
  const [column] = graph.node("Transpose", [cast]);
  const [y] = graph.node("MatMul", [column, graph.input("row", tensorType("f32", [1, 3]))]);
  graph.output(y);
  expect(estimateFlops(graph.build(), none).unknownNodes).toBe(1);
});
