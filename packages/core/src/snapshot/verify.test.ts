import { describe, expect, it } from "vitest";
import { tensorFrom } from "../tensors/elements.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { tensorType, type ValueType } from "../tensors/values.ts";
import { GraphBuilder } from "./builder.ts";
import { symbolDim } from "./dims.ts";
import type { Graph, Snapshot } from "./types.ts";
import { findingsOf, verifySnapshot } from "./verify.ts";

const pair = tensorType("f32", [2]);

/** y = x + x, with the weight "initial" as x's default. */
function doubled(initial: Tensor): Snapshot {
  const graph = new GraphBuilder("g");
  const x = graph.input("x", pair);
  graph.weight("initial", initial);
  graph.output(graph.node("Add", [x, x], {}, { name: "add", outputs: ["y"] })[0]);
  const snapshot = graph.build();
  return edited(snapshot, ({ inputs }) => ({ inputs: [{ ...inputs[0], default: "initial" }] }));
}

function edited(snapshot: Snapshot, edit: (graph: Graph) => Partial<Graph>): Snapshot {
  return { ...snapshot, graph: { ...snapshot.graph, ...edit(snapshot.graph) } };
}

const good = doubled(tensorFrom("f32", [2], [1, 2]));
const withInputType = (type: ValueType | undefined): Snapshot =>
  edited(good, () => ({ inputs: [{ name: "x", type }] }));

function constant(value: Tensor): Snapshot {
  const graph = new GraphBuilder("g");
  const [c] = graph.node("Constant", [], { value }, { name: "c" });
  graph.output(graph.node("Neg", [c])[0]);
  return { graph: graph.graph(), stores: [], metadata: [], producer: "" };
}

describe("findingsOf", () => {
  it("finds nothing in a sound graph", () => {
    expect(findingsOf(good)).toEqual([]);
  });

  it("finds a default that is not of the input's type, and an input that is there twice", () => {
    expect(findingsOf(doubled(tensorFrom("i64", [3], [1, 2, 3])))).toEqual([
      'input "x" is f32[2], its default "initial" is i64[3]',
    ]);
    const graph = new GraphBuilder("g");
    graph.output(graph.input("x", pair, tensorFrom("f32", [2], [1, 2])));
    const twice = edited(graph.build(), ({ inputs }) => ({ inputs: [...inputs, ...inputs] }));
    expect(findingsOf(twice)).toEqual(['input "x" is defined twice']);
  });

  it("finds an input of the model without a type, and dims that are no sizes", () => {
    expect(findingsOf(withInputType(undefined))).toEqual(['input "x" has no type']);
    const dims = [-3, 1.5, { constant: 1, terms: [] }, { constant: 0, terms: [["n", 0.5]] }] as const;
    for (const dim of dims) {
      expect(findingsOf(withInputType(tensorType("f32", [dim])))).toEqual([
        expect.stringContaining('the type of "x": found dim'),
      ]);
    }
    expect(findingsOf(withInputType({ kind: "sequence", element: tensorType("f32", [-1]) }))).toHaveLength(1);
  });

  it("names a weight of too many elements instead of failing", () => {
    const huge = edited(good, ({ weights }) => ({ weights: [{ ...weights[0], shape: [2 ** 40, 2 ** 40] }] }));
    expect(findingsOf(huge)).toContainEqual(expect.stringContaining('weight "initial" has'));
  });

  it("knows the weights that the Snapshot holds, and finds strings that are none", () => {
    const graph = new GraphBuilder("g");
    const shape = graph.weight("shape", tensorFrom("i64", [1], [3]));
    const reshape = graph.node("Reshape", [graph.input("x", pair), shape], {}, { name: "reshape" });
    graph.output(reshape[0]);
    expect(() => graph.build()).toThrow('node "reshape" (Reshape)');
    const texts = new GraphBuilder("g");
    texts.output(texts.weight("t", tensorFrom("string", [1], ["a"])));
    const cut = edited(texts.build(), ({ weights }) => ({ weights: [{ ...weights[0], length: 3 }] }));
    expect(findingsOf(cut)).toEqual([expect.stringContaining('weight "t": Cannot read string 0 of 1')]);
  });

  it("finds a tensor in an attribute whose data does not fit it", () => {
    const tensor = tensorFrom("f32", [2], [1, 2]);
    expect(findingsOf(constant(tensor))).toEqual([]);
    const broken: Tensor[] = [
      { ...tensor, shape: [200] },
      { ...tensor, offset: 1 },
      { ...tensor, strides: [-1] },
      { ...tensor, strides: [] },
      { ...tensor, dtype: "i32" },
      { ...tensor, dtype: "c64" },
    ];
    for (const value of broken) {
      expect(findingsOf(constant(value))).toEqual([
        'node "c" (Constant): attribute "value" has data that does not fit it',
      ]);
    }
    expect(findingsOf(constant({ ...tensor, strides: [-1], offset: 1 }))).toEqual([]);
  });

  it("refuses graphs and types that nest without end", () => {
    let type: ValueType = tensorType("f32");
    for (let i = 0; i < 20_000; i++) type = { kind: "sequence", element: type };
    expect(findingsOf(withInputType(type))).toEqual(['the type of "x": found more than 100 levels']);
    const leaf: Graph = {
      name: "leaf",
      inputs: [],
      outputs: [{ name: "x", type: undefined }],
      weights: [],
      nodes: [],
      values: [],
    };
    const around = (inner: Graph, i: number): Graph => {
      const branch = (name: string, value: Graph) => ({ name, value: { kind: "graph", value } }) as const;
      const attributes = [branch("then_branch", inner), branch("else_branch", leaf)];
      const node = { op: "If", domain: "", name: `if${i}`, inputs: ["c"], outputs: [`y${i}`], attributes, origin: [] };
      return { ...leaf, name: `g${i}`, nodes: [node], outputs: [{ name: `y${i}`, type: undefined }] };
    };
    const nested = (depth: number): Snapshot => {
      let graph = leaf;
      for (let i = 0; i <= depth; i++) graph = around(graph, i);
      const inputs = [
        { name: "x", type: pair },
        { name: "c", type: tensorType("bool", []) },
      ];
      return { ...good, graph: { ...graph, inputs } };
    };
    expect(findingsOf(nested(98))).toEqual([]);
    expect(findingsOf(nested(101)).some((finding) => finding.endsWith("lies in more than 100 others"))).toBe(true);
    expect(findingsOf(nested(3000)).some((finding) => finding.endsWith("lies in more than 100 others"))).toBe(true);
  });

  it("says how to get the operators of a domain that nobody brings", () => {
    const foreign = edited(good, ({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, domain: "com.acme" })) }));
    const hint = 'hodu plugin install NAME, where NAME is a plugin with the operators of "com.acme"';
    expect(() => verifySnapshot(foreign)).toThrow(expect.objectContaining({ code: "INVALID_GRAPH", hint }));
    const unknown = edited(good, ({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, op: "Frobnicate" })) }));
    expect(() => verifySnapshot(unknown)).toThrow(
      expect.not.objectContaining({ hint: expect.stringContaining("plugin") }),
    );
  });

  it("wants the domain of the standard written as nothing", () => {
    const named = edited(good, ({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, domain: "ai.onnx" })) }));
    expect(findingsOf(named)).toEqual(['node "add" (Add): its domain is "ai.onnx", which a Snapshot writes ""']);
  });

  it("tells sequences of different elements apart", () => {
    const graph = new GraphBuilder("g");
    const [made] = graph.node("SequenceConstruct", [graph.input("x", tensorType("f32", [symbolDim("n")]))]);
    graph.output(made, { kind: "sequence", element: tensorType("i64") });
    expect(() => graph.build()).toThrow("is seq(f32[n]), declared seq(i64[...])");
  });
});
