import { type Graph, type Snapshot, attributeOf } from "hodu-plugin-sdk";
import { describe, expect, test } from "vitest";
import { loadModel } from "./load-model.ts";
import {
  type AttributeInit,
  floats,
  type FunctionInit,
  type GraphInit,
  graphAttribute,
  memorySource,
  modelBytes,
  node,
  type NodeInit,
  oneNode,
  testContext,
  value,
} from "./testing/build-onnx.ts";
import { refusal } from "./testing/refusal.ts";

const OPSETS = [
  { domain: "", version: 21n },
  { domain: "local", version: 1n },
];

function load(functions: readonly FunctionInit[], graph: GraphInit): Promise<Snapshot> {
  const definitions = functions.map((definition) => ({ domain: "local", opsetImport: OPSETS, ...definition }));
  const bytes = modelBytes(graph, { opsetImport: OPSETS, functions: definitions });
  return loadModel(memorySource("m.onnx", bytes), testContext());
}

const call = (name: string, input: string[], output: string[], attribute: AttributeInit[] = []): NodeInit => ({
  ...node(name, input, output, attribute),
  domain: "local",
});
const reference = (name: string, refAttrName: string, type: number): AttributeInit => ({ name, refAttrName, type });
const shape = ({ nodes }: Graph) =>
  nodes.map(({ op, inputs, outputs }) => `${op}(${inputs.join()}) -> ${outputs.join()}`);

const twice: FunctionInit = {
  name: "Twice",
  input: ["a"],
  output: ["b"],
  node: [node("Neg", ["a"], ["t"]), node("Neg", ["t"], ["b"])],
};

describe("inlining", () => {
  test("puts a function's nodes in place of its call, under the call's name", async () => {
    const { graph } = await load([twice], oneNode({ ...call("Twice", ["x"], ["y"]), name: "enc" }));
    expect(shape(graph)).toEqual(["Neg(x) -> enc/t", "Neg(enc/t) -> y"]);
    expect(graph.nodes.map(({ name }) => name)).toEqual(["enc/Neg_0", "enc/Neg_1"]);
    expect(graph.nodes[0].origin).toEqual(["enc/Neg_0"]);
  });

  test("keeps calls of one function apart, and apart from names of the model", async () => {
    const { graph } = await load([twice], {
      name: "g",
      input: [value("x")],
      output: [value("y"), value("Twice_0/t")],
      node: [call("Twice", ["x"], ["m"]), call("Twice", ["m"], ["y"]), node("Abs", ["x"], ["Twice_0/t"])],
    });
    expect(shape(graph)).toEqual([
      "Neg(x) -> Twice_0/t_2",
      "Neg(Twice_0/t_2) -> m",
      "Neg(m) -> Twice_1/t",
      "Neg(Twice_1/t) -> y",
      "Abs(x) -> Twice_0/t",
    ]);
  });

  test("follows calls inside of functions and subgraphs", async () => {
    const outer: FunctionInit = {
      name: "Outer",
      input: ["c", "v"],
      output: ["w"],
      node: [
        node(
          "If",
          ["c"],
          ["w"],
          [
            graphAttribute("then_branch", { name: "t", output: [value("r")], node: [call("Twice", ["v"], ["r"])] }),
            graphAttribute("else_branch", { name: "e", output: [value("r")], node: [node("Neg", ["v"], ["r"])] }),
          ],
        ),
      ],
    };
    const { graph } = await load([outer, twice], {
      name: "g",
      input: [value("x"), value("cond", [], 9)],
      output: [value("y")],
      node: [{ ...call("Outer", ["cond", "x"], ["y"]), name: "o" }],
    });
    expect(shape(graph)).toEqual(["If(cond) -> y"]);
    const branch = attributeOf(graph.nodes[0], "then_branch");
    expect(branch?.kind === "graph" && shape(branch.value)).toEqual([
      "Neg(x) -> o/Twice_0/t",
      "Neg(o/Twice_0/t) -> o/r",
    ]);
    expect(branch?.kind === "graph" && branch.value.outputs[0].name).toBe("o/r");
  });

  test("gives attribute references the call's value, else the function's default, else nothing", async () => {
    const leaky: FunctionInit = {
      name: "Leaky",
      input: ["a"],
      output: ["b"],
      attribute: ["slope"],
      attributeProto: [{ name: "other", type: 1, f: 0.5 }],
      node: [
        node("LeakyRelu", ["a"], ["t"], [reference("alpha", "slope", 1)]),
        node("LeakyRelu", ["t"], ["b"], [reference("alpha", "other", 1)]),
      ],
    };
    const alphas = async (attributes: AttributeInit[]) => {
      const { graph } = await load([leaky], oneNode(call("Leaky", ["x"], ["y"], attributes)));
      return graph.nodes.map((found) => attributeOf(found, "alpha")?.value);
    };
    expect(await alphas([])).toEqual([undefined, 0.5]);
    expect(await alphas([{ name: "slope", type: 1, f: 0.25 }])).toEqual([0.25, 0.5]);
    expect(await alphas([{ name: "other", type: 1, f: 2 }])).toEqual([undefined, 2]);
  });

  test("hands references on through a function that calls another", async () => {
    const inner: FunctionInit = {
      name: "Inner",
      input: ["a"],
      output: ["b"],
      attribute: ["slope"],
      node: [node("LeakyRelu", ["a"], ["b"], [reference("alpha", "slope", 1)])],
    };
    const outer: FunctionInit = {
      name: "Outer",
      input: ["a"],
      output: ["b"],
      attribute: ["s"],
      node: [call("Inner", ["a"], ["b"], [reference("slope", "s", 1)])],
    };
    const { graph } = await load([inner, outer], oneNode(call("Outer", ["x"], ["y"], [{ name: "s", type: 1, f: 3 }])));
    expect(attributeOf(graph.nodes[0], "alpha")?.value).toBe(3);
  });

  test("copies an input that is an output too, and a value that is given out twice", async () => {
    const both: FunctionInit = {
      name: "Both",
      input: ["a"],
      output: ["a", "b", "b"],
      node: [node("Neg", ["a"], ["b"])],
    };
    const { graph } = await load([both], {
      name: "g",
      input: [value("x")],
      output: [value("p"), value("q"), value("r")],
      node: [call("Both", ["x"], ["p", "q", "r"])],
    });
    expect(shape(graph)).toEqual(["Neg(x) -> q", "Identity(x) -> p", "Identity(q) -> r"]);
  });

  test("leaves out inputs and outputs that the call leaves out", async () => {
    const clip: FunctionInit = {
      name: "Clamp",
      input: ["a", "low", "high"],
      output: ["b", "unused"],
      node: [node("Clip", ["a", "low", "high"], ["b"]), node("Neg", ["a"], ["unused"])],
    };
    const { graph } = await load([clip], {
      ...oneNode(call("Clamp", ["x", "", "top"], ["y"])),
      initializer: [floats("top", [], [6])],
    });
    expect(shape(graph)).toEqual(["Clip(x,,top) -> y", "Neg(x) -> Clamp_0/unused"]);
  });

  test("tells overloads apart", async () => {
    const negative: FunctionInit = { ...twice, overload: "neg", node: [node("Neg", ["a"], ["b"])] };
    const { graph } = await load([twice, negative], oneNode({ ...call("Twice", ["x"], ["y"]), overload: "neg" }));
    expect(shape(graph)).toEqual(["Neg(x) -> y"]);
  });

  test("reads a function's Constant once", async () => {
    const rawData = new Uint8Array(new Float32Array(4096).buffer);
    const tensor: AttributeInit = { name: "value", type: 4, t: { dims: [4096n], dataType: 1, rawData } };
    const biased: FunctionInit = {
      name: "Biased",
      input: ["a"],
      output: ["b"],
      node: [node("Constant", [], ["c"], [tensor]), node("Add", ["a", "c"], ["b"])],
    };
    const { graph } = await load([biased], {
      name: "g",
      input: [value("x", [4096])],
      output: [value("y", [4096])],
      node: [call("Biased", ["x"], ["m"]), call("Biased", ["m"], ["y"])],
    });
    expect(graph.weights.map(({ name }) => name)).toEqual(["Biased_0/c", "Biased_1/c"]);
    expect(graph.weights[0].offset).toBe(graph.weights[1].offset);
  });

  test("takes opsets that only a function imports, and other versions where they mean the same", async () => {
    const definition: FunctionInit = { ...twice, opsetImport: [{ domain: "", version: 13n }] };
    await expect(load([definition], oneNode(call("Twice", ["x"], ["y"])))).resolves.toBeDefined();
    const softmax: FunctionInit = {
      name: "S",
      input: ["a"],
      output: ["b"],
      opsetImport: [{ domain: "", version: 11n }],
      node: [node("Softmax", ["a"], ["b"])],
    };
    const error = await refusal(() => load([softmax], oneNode(call("S", ["x"], ["y"]))));
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain('operator "Softmax" in opset 11');
  });
});

describe("what is refused", () => {
  const refused = async (functions: readonly FunctionInit[], graph: GraphInit) => {
    const error = await refusal(() => load(functions, graph));
    expect(error.code).toBe("BAD_MODEL");
    return error.message;
  };
  const loop = (name: string, callee: string): FunctionInit => ({
    name,
    input: ["a"],
    output: ["b"],
    node: [call(callee, ["a"], ["b"])],
  });

  test("recursion, direct or not, called or not", async () => {
    expect(await refused([loop("A", "A")], oneNode({ opType: "Neg" }))).toContain("calls itself");
    expect(await refused([loop("A", "B"), loop("B", "A")], oneNode(call("A", ["x"], ["y"])))).toContain("calls itself");
  });

  /** Each function calls the one before twice. */
  const doubling = (first: FunctionInit): FunctionInit[] => [
    { ...first, name: "F0" },
    ...Array.from({ length: 49 }, (_, i) => ({
      name: `F${i + 1}`,
      input: ["a"],
      output: ["b"],
      node: [call(`F${i}`, ["a"], ["t"]), call(`F${i}`, ["t"], ["b"])],
    })),
  ];

  test("functions that double at every level, without making their nodes", async () => {
    const empty: FunctionInit = { input: ["a"], output: ["a"] };
    const many: FunctionInit = {
      input: ["a"],
      output: ["b"],
      node: [node("Sum", new Array(60_000).fill("a"), ["b"])],
    };
    const start = performance.now();
    for (const first of [twice, empty]) {
      expect(await refused(doubling(first), oneNode(call("F49", ["x"], ["y"])))).toContain("expected at most 100000");
    }
    expect(await refused(doubling(many), oneNode(call("F7", ["x"], ["y"])))).toContain("expected at most");
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("calls nested too deep", async () => {
    const chain = Array.from({ length: 2000 }, (_, i) =>
      i === 0 ? twice : loop(`F${i}`, i === 1 ? "Twice" : `F${i - 1}`),
    );
    expect(await refused(chain, oneNode(call("F1999", ["x"], ["y"])))).toContain("nested more than 64 deep");
    expect(await refused(chain.reverse(), oneNode(call("F1999", ["x"], ["y"])))).toContain("nested more than 64 deep");
  });

  test("two functions of one name, or a function without one", async () => {
    expect(await refused([twice, twice], oneNode(call("Twice", ["x"], ["y"])))).toContain("a second function");
    expect(await refused([{ ...twice, name: "" }], oneNode({ opType: "Neg" }))).toContain("no name");
  });

  test("more inputs or outputs than the function has", async () => {
    expect(await refused([twice], oneNode(call("Twice", ["x", "x"], ["y"])))).toContain(
      "found 2 inputs, expected at most 1",
    );
    expect(await refused([twice], oneNode(call("Twice", ["x"], ["y", "z"])))).toContain("found 2 outputs");
  });

  test("an attribute of another type than the reference, or a reference outside of a function", async () => {
    const leaky: FunctionInit = {
      name: "Leaky",
      input: ["a"],
      output: ["b"],
      attribute: ["slope"],
      node: [node("LeakyRelu", ["a"], ["b"], [reference("alpha", "slope", 1)])],
    };
    const int: AttributeInit = { name: "slope", type: 2, i: 1n };
    expect(await refused([leaky], oneNode(call("Leaky", ["x"], ["y"], [int])))).toContain(
      'a value of type 2 for "slope"',
    );
    const outside = oneNode(node("LeakyRelu", ["x"], ["y"], [reference("alpha", "slope", 1)]));
    expect(await refused([], outside)).toContain("only inside of functions");
  });
});
