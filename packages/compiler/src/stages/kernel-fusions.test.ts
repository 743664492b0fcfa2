import { inferGraph, tensorType } from "@hodu/core";
import { expect, it } from "vitest";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import { writeGraph } from "../testing/write-graph.ts";
import { kernelFusions } from "./kernel-fusions.ts";

it("counts what kernels compute together: activations and sums in the kernels of products (H-146, H-147)", () => {
  const { graph } = writeGraph(({ n, c, builder }) => {
    const [image, rows] = [
      [1, 16, 8, 8],
      [64, 64],
    ].map((shape, i) => builder.input(`input${i}`, tensorType("f32", shape)));
    const conv = n("Relu", [n("Conv", [image, c([32, 16, 3, 3])])]);
    return [conv, n("Add", [n("MatMul", [rows, c([64, 64])]), c([64])])];
  });
  const schedule = scheduleGraph(graph, inferGraph(graph), testTarget(32));
  const { patterns } = kernelFusions(schedule, graph);
  expect([...patterns]).toEqual([
    ["Conv+Relu", 1],
    ["MatMul+Add", 1],
  ]);
});
