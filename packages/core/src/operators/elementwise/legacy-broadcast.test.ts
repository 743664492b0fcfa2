import { describe, expect, it } from "vitest";
import { Evaluator } from "../../evaluate/evaluate.ts";
import { mersenneTwister } from "../../random/mt19937.ts";
import type { NamedAttribute, Node } from "../../snapshot/types.ts";
import { indices, numbers, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, typeOfValue } from "../../tensors/values.ts";
import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from "../edit-node.ts";
import { upgradeModel } from "../upgrade.ts";

interface Old {
  readonly op: string;
  readonly opset: number;
  readonly attributes?: readonly NamedAttribute[];
  readonly inputs: readonly Tensor[];
  /** Inputs whose shape the model does not state. */
  readonly open?: readonly number[];
}

/** Runs a model of one node of an old opset, upgraded. */
function runOld({ op, opset, attributes = [], inputs, open = [] }: Old): { ops: string[]; output: Tensor } {
  const names = inputs.map((_, i) => `in${i}`);
  const node: Node = { op, domain: "", name: "old", inputs: names, outputs: ["out"], attributes, origin: [] };
  const graph = {
    name: "test",
    inputs: inputs.map((input, i) => ({
      name: names[i],
      type: open.includes(i) ? tensorType(input.dtype) : typeOfValue(input),
    })),
    outputs: [{ name: "out", type: undefined }],
    weights: [],
    nodes: [node],
    values: [],
  };
  const model = upgradeModel({ graph, stores: [], metadata: [], producer: "", opsets: new Map([["", opset]]) });
  const steps = new Evaluator(model.graph, new Map()).run(new Map(inputs.map((input, i) => [names[i], input])), {
    wide: false,
    maxBytes: 1 << 20,
    random: mersenneTwister(0),
  });
  for (;;) {
    const step = steps.next();
    if (step.done) return { ops: model.graph.nodes.map((made) => made.op), output: step.value.outputs[0] as Tensor };
  }
}

const a = tensorFrom(
  "f32",
  [2, 3, 2],
  Array.from({ length: 12 }, (_, i) => i),
);
const axis = (value: number) => [intAttribute("axis", value), intAttribute("broadcast", 1)];
const valuesOf = (tensor: Tensor) => [...numbers(tensor)];

describe("broadcasting before opset 7", () => {
  const perRow = [10, 11, 22, 23, 34, 35, 16, 17, 28, 29, 40, 41];
  const b = tensorFrom("f32", [3], [10, 20, 30]);

  it("lines up the second input from `axis` on", () => {
    const { output } = runOld({ op: "Add", opset: 6, attributes: axis(1), inputs: [a, b] });
    expect([output.shape, valuesOf(output)]).toEqual([[2, 3, 2], perRow]);
  });

  it("counts a negative axis from the end", () => {
    expect(valuesOf(runOld({ op: "Add", opset: 6, attributes: axis(-2), inputs: [a, b] }).output)).toEqual(perRow);
  });

  it("does so when the first input's rank is known only in the run", () => {
    const { output } = runOld({ op: "Add", opset: 1, attributes: axis(1), inputs: [a, b], open: [0] });
    expect([output.shape, valuesOf(output)]).toEqual([[2, 3, 2], perRow]);
  });

  it("leaves suffixes and single elements as they are", () => {
    for (const inputs of [
      [a, tensorFrom("f32", [2], [1, 2])],
      [a, tensorFrom("f32", [1, 1], [1])],
    ]) {
      const { ops } = runOld({ op: "Mul", opset: 6, attributes: [intAttribute("broadcast", 1)], inputs });
      expect(ops).toEqual(["Mul"]);
    }
    const single = runOld({ op: "Sub", opset: 6, attributes: axis(0), inputs: [a, tensorFrom("f32", [1], [1])] });
    expect([single.ops, single.output.shape]).toEqual([["Sub"], [2, 3, 2]]);
  });

  it("is refused when the second input's rank is not known", () => {
    expect(() => runOld({ op: "Div", opset: 6, attributes: axis(1), inputs: [a, b], open: [1] })).toThrow(
      "needs to know the rank of the second input",
    );
  });

  it("gives a slope of PRelu to axis 1", () => {
    const x = tensorFrom("f32", [1, 2, 2], [-1, -2, -3, 4]);
    const { output } = runOld({ op: "PRelu", opset: 6, inputs: [x, tensorFrom("f32", [2], [2, 3])] });
    expect(valuesOf(output)).toEqual([-2, -4, -9, 4]);
  });
});

describe("old versions of elementwise operators", () => {
  const x = tensorFrom("f32", [3], [-2, 0.5, 3]);

  it("lose consumed_inputs", () => {
    const { ops, output } = runOld({
      op: "Relu",
      opset: 1,
      attributes: [intsAttribute("consumed_inputs", [0])],
      inputs: [x],
    });
    expect([ops, valuesOf(output)]).toEqual([["Relu"], [0, 0.5, 3]]);
  });

  it("clip to bounds that were attributes", () => {
    const both = [floatAttribute("max", 1), floatAttribute("min", -1)];
    expect(valuesOf(runOld({ op: "Clip", opset: 6, attributes: both, inputs: [x] }).output)).toEqual([-1, 0.5, 1]);
    const max = [floatAttribute("max", 1)];
    expect(valuesOf(runOld({ op: "Clip", opset: 6, attributes: max, inputs: [x] }).output)).toEqual([-2, 0.5, 1]);
  });

  it("cast to a type named in text", () => {
    const { output } = runOld({ op: "Cast", opset: 1, attributes: [stringAttribute("to", "INT64")], inputs: [x] });
    expect([output.dtype, indices(output)]).toEqual(["i64", [-2, 0, 3]]);
  });

  it("keep the defaults of their version", () => {
    const one = tensorFrom("f64", [1], [1]);
    expect(valuesOf(runOld({ op: "Selu", opset: 1, inputs: [one] }).output)).toEqual([1.0506999492645264]);
    expect(valuesOf(runOld({ op: "Selu", opset: 6, inputs: [one] }).output)).toEqual([1.0507010221481323]);
  });

  it("take the error function of ints", () => {
    const { output } = runOld({ op: "Erf", opset: 9, inputs: [tensorFrom("i32", [3], [-9, 0, 9])] });
    expect([output.dtype, valuesOf(output)]).toEqual(["i32", [-1, 0, 1]]);
  });
});
