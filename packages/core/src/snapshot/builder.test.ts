import { describe, expect, it } from "vitest";
import { tensorFrom } from "../tensors/elements.ts";
import { tensorType } from "../tensors/values.ts";
import { inferGraph, typeIn } from "../inference/infer.ts";
import { GraphBuilder } from "./builder.ts";
import { digestSnapshot } from "./digest.ts";
import { symbolDim } from "./dims.ts";
import { formatType } from "./format-type.ts";
import type { Snapshot } from "./types.ts";

function classifier(bias: number): Snapshot {
  const graph = new GraphBuilder("classifier");
  const x = graph.input("x", tensorType("f32", [symbolDim("batch"), 2]));
  const w = graph.weight("w", tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]));
  const [product] = graph.node("MatMul", [x, w]);
  const [y] = graph.node("Add", [product, graph.weight("b", tensorFrom("f32", [3], [bias, 0, 0]))]);
  const [shape] = graph.node("Shape", [y]);
  const [doubled] = graph.node("Concat", [shape, shape], { axis: 0 });
  const [filled] = graph.node("ConstantOfShape", [doubled]);
  graph.output(y);
  graph.output(filled);
  return graph.build();
}

describe("GraphBuilder", () => {
  it("builds a graph whose symbols go through shape arithmetic", () => {
    const { graph } = classifier(0);
    const facts = inferGraph(graph);
    expect(graph.outputs.map(({ name }) => formatType(typeIn(facts, name)))).toEqual([
      "f32[batch, 3]",
      "f32[batch, 3, batch, 3]",
    ]);
  });

  it("refuses unknown operators, unknown attributes and names that are taken", () => {
    const graph = new GraphBuilder("g");
    graph.input("x", tensorType("f32", [1]));
    expect(() => graph.node("Blur", ["x"])).toThrow('there is no operator "Blur"');
    expect(() => graph.node("Relu", ["x"], { alpha: 1 })).toThrow('Cannot set attribute "alpha"');
    expect(() => graph.input("x", tensorType("f32", []))).toThrow('Cannot name a value "x"');
  });

  it("tells all that is wrong at once", () => {
    const graph = new GraphBuilder("g");
    const x = graph.input("x", tensorType("f32", [2]));
    graph.node("And", [x, x]);
    graph.node("Relu", ["nowhere"]);
    expect(() => graph.build()).toThrow(
      /input "A" is f32, expected bool.*\n.*it reads "nowhere", which nothing makes/s,
    );
  });
});

describe("digestSnapshot", () => {
  it("is the same for the same model and another for another weight", () => {
    expect(digestSnapshot(classifier(0))).toBe(digestSnapshot(classifier(0)));
    expect(digestSnapshot(classifier(0))).not.toBe(digestSnapshot(classifier(1)));
  });
});
