import { describe, expect, it } from "vitest";
import { Evaluator } from "../../evaluate/evaluate.ts";
import { mersenneTwister } from "../../random/mt19937.ts";
import { attributeOf, type Graph, type NamedAttribute } from "../../snapshot/types.ts";
import { doubles, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { typeOfValue } from "../../tensors/values.ts";
import { floatAttribute, intsAttribute, stringAttribute } from "../edit-node.ts";
import { upgradeModel } from "../upgrade.ts";

/** A graph of one node, upgraded; the inputs from `constants` on are known to the upgrade. */
function upgraded(op: string, opset: number, inputs: readonly Tensor[], attributes: readonly NamedAttribute[]): Graph {
  const names = inputs.map((_, i) => `in${i}`);
  const constant = (value: Tensor, i: number) => ({
    op: "Constant",
    domain: "",
    name: `constant${i}`,
    inputs: [],
    outputs: [`in${i}`],
    attributes: [{ name: "value", value: { kind: "tensor", value } as const }],
    origin: [],
  });
  const node = { op, domain: "", name: "legacy", inputs: names, outputs: ["out"], attributes, origin: [] };
  const graph: Graph = {
    name: "legacy",
    inputs: [{ name: "in0", type: typeOfValue(inputs[0]) }],
    outputs: [{ name: "out", type: undefined }],
    weights: [],
    nodes: [...inputs.slice(1).map((value, i) => constant(value, i + 1)), node],
    values: [],
  };
  return upgradeModel({ graph, stores: [], metadata: [], producer: "", opsets: new Map([["", opset]]) }).graph;
}

function run(graph: Graph, input: Tensor): number[] {
  const steps = new Evaluator(graph, new Map()).run(new Map([["in0", input]]), {
    wide: false,
    maxBytes: 1 << 24,
    random: mersenneTwister(1),
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return [...doubles(step.value.outputs[0] as Tensor)];
  }
}

const opsOf = (graph: Graph): string[] => graph.nodes.map(({ op }) => op).filter((op) => op !== "Constant");
const line = tensorFrom("f32", [1, 1, 1, 4], [1, 2, 3, 4]);
const scales = (...values: number[]): Tensor => tensorFrom("f32", [values.length], values);

describe("Upsample", () => {
  const expected = [1, 1, 2, 2, 3, 3, 4, 4];

  it("becomes Resize from every opset", () => {
    const factors: NamedAttribute = { name: "scales", value: { kind: "floats", value: [1, 1, 1, 2] } };
    const one = [floatAttribute("height_scale", 1), floatAttribute("width_scale", 2)];
    for (const graph of [
      upgraded("Upsample", 9, [line, scales(1, 1, 1, 2)], []),
      upgraded("Upsample", 7, [line], [factors]),
      upgraded("Upsample", 1, [line], one),
    ]) {
      expect(opsOf(graph)).toEqual(["Resize"]);
      expect(run(graph, line)).toEqual(expected);
    }
  });

  it("interpolates from x / scale, not from the centres", () => {
    const attributes = [
      floatAttribute("height_scale", 1),
      floatAttribute("width_scale", 2),
      stringAttribute("mode", "bilinear"),
    ];
    expect(run(upgraded("Upsample", 1, [line], attributes), line)).toEqual([1, 1.5, 2, 2.5, 3, 3.5, 4, 4]);
  });
});

describe("Resize of opset 10", () => {
  it("takes the element above where it shrinks", () => {
    const graph = upgraded("Resize", 10, [line, scales(1, 1, 1, 0.6)], []);
    expect(opsOf(graph)).toEqual(["Resize"]);
    expect(run(graph, line)).toEqual([1, 3]);
  });

  it("grows some axes and shrinks others in two steps", () => {
    const square = tensorFrom("f32", [1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
    const graph = upgraded("Resize", 10, [square, scales(1, 1, 1.5, 0.6)], []);
    expect(opsOf(graph)).toEqual(["Resize", "Resize"]);
    expect(run(graph, square)).toEqual([1, 3, 1, 3, 5, 7]);
  });
});

describe("Resize of opset 11", () => {
  it("takes an empty tensor for an input that is not given", () => {
    const sizes = tensorFrom("i64", [4], [1, 1, 1, 2]);
    const graph = upgraded("Resize", 11, [line, scales(), scales(), sizes], []);
    expect(run(graph, line)).toEqual([1, 3]);
  });

  it("keeps tf_half_pixel_for_nn", () => {
    const attributes = [
      stringAttribute("coordinate_transformation_mode", "tf_half_pixel_for_nn"),
      stringAttribute("nearest_mode", "floor"),
    ];
    const graph = upgraded("Resize", 11, [line, scales(), scales(1, 1, 1, 0.5)], attributes);
    expect(run(graph, line)).toEqual([2, 4]);
  });
});

it("renames the modes of GridSample-16", () => {
  const grid = tensorFrom("f32", [1, 1, 1, 2], [0, 0]);
  const graph = upgraded("GridSample", 16, [line, grid], [stringAttribute("mode", "bicubic")]);
  expect(attributeOf(graph.nodes.at(-1)!, "mode")?.value).toBe("cubic");
  expect(run(upgraded("GridSample", 16, [line, grid], []), line)).toEqual([2.5]);
});

it("says what RoiAlign-10 meant without saying it", () => {
  const rois = tensorFrom("f32", [1, 4], [0, 0, 2, 1]);
  const graph = upgraded("RoiAlign", 10, [line, rois, tensorFrom("i64", [1], [0])], []);
  expect(attributeOf(graph.nodes.at(-1)!, "coordinate_transformation_mode")?.value).toBe("output_half_pixel");
});

it("makes the exponent of LpPool-1 an integer, and takes the root of sums of powers for one that is none", () => {
  const kernel = intsAttribute("kernel_shape", [1, 2]);
  const attributes = [kernel, floatAttribute("p", 1)];
  expect(run(upgraded("LpPool", 1, [line], attributes), line)).toEqual([3, 5, 7]);
  const half = upgraded("LpPool", 1, [line], [kernel, floatAttribute("p", 0.5)]);
  expect(opsOf(half)).toEqual(["Abs", "Pow", "LpPool", "Pow"]);
  const four = tensorFrom("f32", [1, 1, 1, 4], [1, -4, 9, 16]);
  expect(run(half, four).map(Math.round)).toEqual([9, 25, 49]);
  expect(() => upgraded("LpPool", 1, [line], [floatAttribute("p", 2)])).toThrow(/no kernel_shape/);
});
