import { describe, expect, it } from "vitest";
import { Evaluator } from "../../evaluate/evaluate.ts";
import { mersenneTwister } from "../../random/mt19937.ts";
import type { Graph, NamedAttribute } from "../../snapshot/types.ts";
import { doubles, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, typeOfValue } from "../../tensors/values.ts";
import { floatAttribute, intAttribute, intsAttribute } from "../edit-node.ts";
import { upgradeModel } from "../upgrade.ts";

/** A graph of one node, upgraded. `shapes` false: it says nothing of the shapes of its inputs. */
function upgraded(
  op: string,
  opset: number,
  inputs: readonly Tensor[],
  attributes: readonly NamedAttribute[],
  { shapes = true, outputs = ["out"] as readonly string[] } = {},
): Graph {
  const names = inputs.map((_, i) => `in${i}`);
  const node = { op, domain: "", name: "legacy", inputs: names, outputs, attributes, origin: [] };
  const typeOf = (input: Tensor) => (shapes ? typeOfValue(input) : tensorType(input.dtype));
  const graph: Graph = {
    name: "legacy",
    inputs: inputs.map((input, i) => ({ name: `in${i}`, type: typeOf(input) })),
    outputs: outputs.filter((name) => name !== "dead").map((name) => ({ name, type: undefined })),
    weights: [],
    nodes: [node],
    values: [],
  };
  return upgradeModel({ graph, stores: [], metadata: [], producer: "", opsets: new Map([["", opset]]) }).graph;
}

function run(graph: Graph, inputs: readonly Tensor[]): number[][] {
  const given = new Map(inputs.map((input, i) => [`in${i}`, input]));
  const steps = new Evaluator(graph, new Map()).run(given, {
    wide: false,
    maxBytes: 1 << 24,
    random: mersenneTwister(1),
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return (step.value.outputs as Tensor[]).map((output) => [...doubles(output)]);
  }
}

const opsOf = (graph: Graph): string[] => graph.nodes.map(({ op }) => op);
const cube = tensorFrom("f32", [1, 2, 2], [0, 0, 0, 0]);

describe("Softmax before opset 13", () => {
  it("goes over all axes from axis on", () => {
    for (const shapes of [true, false]) {
      const graph = upgraded("Softmax", 11, [cube], [], { shapes });
      expect(opsOf(graph)).toEqual(["Flatten", "Softmax", "Shape", "Reshape"]);
      expect(run(graph, [cube])).toEqual([[0.25, 0.25, 0.25, 0.25]]);
    }
  });

  it("stays one node for the last axis", () => {
    const graph = upgraded("LogSoftmax", 1, [cube], [intAttribute("axis", 2)]);
    expect(opsOf(graph)).toEqual(["LogSoftmax"]);
    expect(graph.nodes[0].attributes).toEqual([intAttribute("axis", -1)]);
  });
});

describe("BatchNormalization before opset 14", () => {
  const x = tensorFrom("f32", [2, 1, 2], [1, 2, 3, 6]);
  const vectors = [1, 0, 1, 4].map((value) => tensorFrom("f32", [1], [value]));
  const exact = floatAttribute("epsilon", 0);

  it("takes the given moments when it has one output, whatever is_test says", () => {
    const attributes = [exact, intAttribute("is_test", 0), intsAttribute("consumed_inputs", [0, 0, 0, 1, 1])];
    const graph = upgraded("BatchNormalization", 1, [x, ...vectors], attributes);
    expect(run(graph, [x, ...vectors])).toEqual([[0, 0.5, 1, 2.5]]);
  });

  it("trains when it has more outputs, and drops the saved moments", () => {
    const outputs = ["out", "mean", "variance", "dead", "dead"];
    const graph = upgraded("BatchNormalization", 9, [x, ...vectors], [exact, floatAttribute("momentum", 0.5)], {
      outputs,
    });
    expect(graph.nodes[0].outputs).toEqual(["out", "mean", "variance"]);
    expect(run(graph, [x, ...vectors]).slice(1)).toEqual([[2], [3.75]]);
  });

  it("refuses saved moments that are read", () => {
    const outputs = ["out", "mean", "variance", "saved", "dead"];
    expect(() => upgraded("BatchNormalization", 9, [x, ...vectors], [exact], { outputs })).toThrow(
      /saved_mean and saved_var are read/,
    );
  });

  it("normalizes each feature for spatial 0", () => {
    const features = [tensorFrom("f32", [1, 2], [1, 2]), tensorFrom("f32", [1, 2], [0, 1])];
    const inputs = [x, ...features, tensorFrom("f32", [1, 2], [1, 0]), tensorFrom("f32", [1, 2], [1, 4])];
    const graph = upgraded("BatchNormalization", 7, inputs, [exact, intAttribute("spatial", 0)], { shapes: false });
    expect(run(graph, inputs)).toEqual([[0, 3, 2, 7]]);
  });
});

it("GroupNormalization-18 repeats scale and bias for the channels of each group", () => {
  const inputs = [
    tensorFrom("f32", [1, 4, 1], [1, 3, 2, 6]),
    tensorFrom("f32", [2], [1, 2]),
    tensorFrom("f32", [2], [0, 1]),
  ];
  const attributes = [intAttribute("num_groups", 2), floatAttribute("epsilon", 0)];
  for (const shapes of [true, false]) {
    expect(run(upgraded("GroupNormalization", 18, inputs, attributes, { shapes }), inputs)).toEqual([[-1, 1, -1, 3]]);
  }
});

describe("reductions with axes as an attribute", () => {
  const x = tensorFrom("i64", [2, 2], [1, 2, 3, 5]);

  it("get them as an input", () => {
    const attributes = [intsAttribute("axes", [0]), intAttribute("keepdims", 0)];
    const graph = upgraded("ReduceSum", 1, [x], attributes);
    expect(opsOf(graph)).toEqual(["Constant", "ReduceSum"]);
    expect(run(graph, [x])).toEqual([[4, 7]]);
  });

  it("go over all axes without", () => {
    expect(run(upgraded("ReduceMax", 12, [x], []), [x])).toEqual([[5]]);
  });

  it("take logarithms of integers in double", () => {
    const graph = upgraded("ReduceLogSum", 13, [x], [intsAttribute("axes", [1])]);
    expect(run(graph, [x])).toEqual([[1, 2]]);
  });
});
