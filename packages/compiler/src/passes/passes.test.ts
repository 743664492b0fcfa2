import { type Graph, GraphBuilder, symbolDim, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { heldTensor } from "../testing/held-tensor.ts";
import { ops, runPass } from "../testing/run-pass.ts";
import { commonSubexpressions } from "./common-subexpressions.ts";
import { constantFolding } from "./constant-folding.ts";
import { controlFlow } from "./control-flow.ts";
import { deadCode } from "./dead-code.ts";
import { expandNorms } from "./expand-norms.ts";
import { removeIdentity } from "./remove-identity.ts";
import { shapeSimplification } from "./shape-simplification.ts";

const f32 = (shape: readonly number[], values: readonly number[]): Tensor => tensorFrom("f32", shape, values);
const i64 = (...values: readonly number[]): Tensor => tensorFrom("i64", [values.length], values);

describe("constant-folding", () => {
  it("keeps only the results that something else reads, as the reference computes them", async () => {
    const g = new GraphBuilder("g");
    const [half] = g.node("Div", [g.weight("a", f32([2], [1, -0])), g.weight("b", f32([], [3]))]);
    g.output(g.node("Mul", [g.input("x", tensorType("f32", [2])), g.node("Exp", [half])[0]])[0]);
    const snapshot = await runPass(g.build(), constantFolding);
    expect(ops(snapshot)).toEqual(["Mul"]);
    const made = snapshot.graph.weights.filter(({ name }) => name !== "a" && name !== "b");
    expect(made).toHaveLength(1);
    expect(heldTensor(snapshot, made[0].name).data).toEqual(new Float32Array([Math.exp(Math.fround(1 / 3)), 1]));
  });

  it("lets nodes be that are random, quantised weights, or larger than what they come from", async () => {
    const g = new GraphBuilder("g");
    g.output(g.node("RandomNormal", [], { shape: [2], seed: 1 })[0]);
    const packed = g.weight("q", tensorFrom("i8", [2], [1, 2]));
    g.output(g.node("DequantizeLinear", [packed, g.weight("s", f32([], [0.5]))])[0]);
    g.output(g.node("ConstantOfShape", [g.weight("n", i64(1 << 10, 1 << 10))])[0]);
    g.output(g.node("Dropout", [g.weight("w", f32([1], [1])), "", g.weight("t", tensorFrom("bool", [], [1]))])[0]);
    const snapshot = g.build();
    expect(await runPass(snapshot, constantFolding)).toBe(snapshot);
  });

  it("leaves a node alone that fails with its constants", async () => {
    const g = new GraphBuilder("g");
    const [bad] = g.node("Gather", [g.weight("w", f32([2], [1, 2])), g.weight("i", i64(7))]);
    g.output(bad);
    const snapshot = g.build();
    expect(await runPass(snapshot, constantFolding)).toBe(snapshot);
  });

  it("does not take the default of an input for a constant", async () => {
    const g = new GraphBuilder("g");
    g.output(g.node("Neg", [g.input("x", tensorType("f32", [1]), f32([1], [1]))])[0]);
    const snapshot = g.build();
    expect(await runPass(snapshot, constantFolding)).toBe(snapshot);
  });
});

describe("remove-identity", () => {
  /** What is left of one node on x: f32[2, n] and a constant. */
  async function isRemoved(op: string, constant: Tensor, swapped = false): Promise<boolean> {
    const g = new GraphBuilder("g");
    const x = g.node("Neg", [g.input("x", tensorType("f32", [2, symbolDim("n")]))])[0];
    const c = g.weight("c", constant);
    g.output(g.node("Abs", [g.node(op, swapped ? [c, x] : [x, c])[0]])[0]);
    return !ops(await runPass(g.build(), removeIdentity)).includes(op);
  }

  it("removes arithmetic that changes no bit, and only that", async () => {
    const one = f32([], [1]);
    expect(await isRemoved("Mul", one)).toBe(true);
    expect(await isRemoved("Mul", one, true)).toBe(true);
    expect(await isRemoved("Div", one)).toBe(true);
    expect(await isRemoved("Div", one, true)).toBe(false);
    expect(await isRemoved("Add", f32([], [-0]))).toBe(true);
    expect(await isRemoved("Add", f32([], [0]))).toBe(false);
    expect(await isRemoved("Sub", f32([], [0]))).toBe(true);
    expect(await isRemoved("Sub", f32([], [-0]))).toBe(false);
    expect(await isRemoved("Sub", f32([], [0]), true)).toBe(false);
  });

  it("keeps arithmetic that widens the shape", async () => {
    expect(await isRemoved("Mul", f32([1, 1], [1, 1].slice(1)))).toBe(true);
    expect(await isRemoved("Mul", f32([1, 1, 1], [1]))).toBe(false);
    expect(await isRemoved("Mul", f32([3], [1, 1, 1]))).toBe(false);
  });

  it("removes what moves nothing: by attributes, constants and shapes", async () => {
    const g = new GraphBuilder("g");
    let x = g.node("Neg", [g.input("x", tensorType("f32", [2, symbolDim("n")]))])[0];
    [x] = g.node("Transpose", [x], { perm: [0, 1] });
    [x] = g.node("Cast", [x], { to: 1 });
    [x] = g.node("Reshape", [x, g.weight("shape", i64(2, -1))]);
    [x] = g.node("Slice", [x, g.weight("from", i64(0)), g.weight("to", i64(2 ** 40)), g.weight("axis", i64(1))]);
    [x] = g.node("Pad", [x, g.weight("pads", i64(0, 0, 0, 0))]);
    [x] = g.node("Tile", [x, g.weight("repeats", i64(1, 1))]);
    [x] = g.node("Concat", [x], { axis: 0 });
    [x] = g.node("Dropout", [x]);
    g.output(g.node("Abs", [x])[0]);
    expect(ops(await runPass(g.build(), removeIdentity))).toEqual(["Neg", "Abs"]);
  });

  it("keeps a Dropout whose mask is read, a Slice that may cut, and copies that outputs need", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [symbolDim("n")]));
    for (const output of g.node("Dropout", [x], {}, { outputs: 2 })) g.output(output);
    g.output(g.node("Slice", [x, g.weight("from", i64(0)), g.weight("to", i64(5))])[0]);
    g.output(g.node("Identity", [x])[0]);
    const snapshot = g.build();
    expect(await runPass(snapshot, removeIdentity)).toBe(snapshot);
  });
});

describe("common-subexpressions", () => {
  it("joins equal nodes and those on them, by the values of small constants", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [4]));
    const sides = ["a", "b"].map((name) => {
      const [shaped] = g.node("Reshape", [x, g.weight(name, i64(2, 2))]);
      return g.node("Neg", [shaped])[0];
    });
    g.output(g.node("Add", sides)[0]);
    expect(ops(await runPass(g.build(), commonSubexpressions))).toEqual(["Reshape", "Neg", "Add"]);
  });

  it("keeps nodes apart that differ by an attribute, by -0, or draw numbers", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [2, 2]));
    for (const axis of [0, 1]) g.output(g.node("Softmax", [x], { axis })[0]);
    for (const zero of [0, -0]) g.output(g.node("Add", [x, g.weight(`z${1 / zero}`, f32([], [zero]))])[0]);
    for (const _ of [1, 2]) g.output(g.node("RandomNormalLike", [x])[0]);
    const snapshot = g.build();
    expect(await runPass(snapshot, commonSubexpressions)).toBe(snapshot);
  });
});

describe("dead-code", () => {
  it("removes what nothing reads, in graphs inside of nodes too, but no unseeded draw", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [2]));
    g.weight("unread", f32([1], [1]));
    g.node("Neg", [g.node("Abs", [x])[0]]);
    g.node("RandomNormalLike", [x]);
    g.node("RandomNormalLike", [x], { seed: 1 });
    const branches = ["t", "e"].map((name) => {
      const inner = g.subgraph(name);
      inner.node("Neg", [x]);
      inner.weight(`unread_${name}`, f32([1], [1]));
      inner.output(inner.node("Exp", [x])[0]);
      return inner.graph();
    });
    const condition = g.input("c", tensorType("bool", []));
    g.output(g.node("If", [condition], { then_branch: branches[0], else_branch: branches[1] })[0]);
    const { graph } = await runPass(g.build(), deadCode);
    expect(graph.nodes.map(({ op }) => op)).toEqual(["RandomNormalLike", "If"]);
    expect(graph.weights).toEqual([]);
    const inner = graph.nodes[1].attributes.map(({ value }) => value.value as Graph);
    expect(inner.map(({ nodes, weights }) => [nodes.map(({ op }) => op), weights])).toEqual([
      [["Exp"], []],
      [["Exp"], []],
    ]);
  });
});

describe("control-flow", () => {
  it("puts the branch for an If of a constant, under names that clash with nothing", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [2]));
    const branch = (op: string) => {
      const inner = g.subgraph(op);
      inner.output(inner.node("Neg", [inner.node(op, [x], {}, { outputs: [`v${op}`] })[0]])[0]);
      return inner.graph();
    };
    const condition = g.weight("c", tensorFrom("bool", [], [0]));
    const attributes = { then_branch: branch("Exp"), else_branch: branch("Abs") };
    g.output(g.node("If", [condition], attributes, { outputs: ["y"] })[0]);
    const { graph } = await runPass(g.build(), controlFlow);
    expect(graph.nodes.map(({ op }) => op)).toEqual(["Abs", "Neg"]);
    expect(graph.nodes[1].outputs).toEqual(["y"]);
  });

  it("puts the initial value for a Loop without trips", async () => {
    for (const trips of [0, 1]) {
      const g = new GraphBuilder("g");
      const [x] = g.node("Neg", [g.input("x", tensorType("f32", [2]))]);
      const body = g.subgraph("body");
      body.input("i", tensorType("i64", []));
      const go = body.input("go", tensorType("bool", []));
      const state = body.input("s", tensorType("f32", [2]));
      body.output(body.node("Identity", [go])[0]);
      body.output(body.node("Exp", [state])[0]);
      const count = g.weight("n", tensorFrom("i64", [], [trips]));
      g.output(g.node("Abs", [g.node("Loop", [count, "", x], { body: body.graph() })[0]])[0]);
      const { graph } = await runPass(g.build(), controlFlow);
      expect(graph.nodes.map(({ op }) => op)).toEqual(trips === 0 ? ["Neg", "Abs"] : ["Neg", "Loop", "Abs"]);
    }
  });
});

describe("shape-simplification", () => {
  it("folds what follows from known dims, and gives Reshape a constant where symbols stay in place", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [symbolDim("n"), symbolDim("s"), 768]));
    const [shape] = g.node("Shape", [x]);
    const dim = (axis: number): string => g.node("Gather", [shape, g.weight(`i${axis}`, i64(axis))])[0];
    const [heads] = g.node("Div", [dim(2), g.weight("size", i64(64))]);
    const [target] = g.node("Concat", [dim(0), dim(1), heads, g.weight("64", i64(64))], { axis: 0 });
    g.output(g.node("Reshape", [x, target])[0]);
    const snapshot = await runPass(await runPass(g.build(), shapeSimplification), deadCode);
    expect(ops(snapshot)).toEqual(["Reshape"]);
    expect([...(heldTensor(snapshot, snapshot.graph.nodes[0].inputs[1]).data as BigInt64Array)]).toEqual([
      0n,
      0n,
      12n,
      64n,
    ]);
  });

  it("does not trust the shapes that a file states for inner values", async () => {
    const g = new GraphBuilder("g");
    const [found] = g.node("NonZero", [g.input("x", tensorType("f32", [4]))]);
    g.output(g.node("Shape", [found])[0]);
    const built = g.build();
    const values = [{ name: found, type: tensorType("i64", [1, 4]) }];
    const snapshot = { ...built, graph: { ...built.graph, values } };
    expect(await runPass(snapshot, shapeSimplification)).toBe(snapshot);
  });

  it("reads past a Reshape whose shape the next one does not look at", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [4]));
    const [square] = g.node("Reshape", [x, g.weight("a", i64(2, 2))]);
    g.output(g.node("Reshape", [square, g.weight("b", i64(1, -1))])[0]);
    g.output(g.node("Reshape", [square, g.weight("c", i64(0, -1, 1))])[0]);
    const { graph } = await runPass(g.build(), shapeSimplification);
    expect(graph.nodes.map(({ inputs }) => inputs[0])).toEqual([x, x, square]);
  });
});

describe("expand-norms", () => {
  it("splits scale and bias off, once", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [2, 3]));
    const [scale, bias] = [g.weight("scale", f32([3], [1, 2, 3])), g.weight("bias", f32([3], [0, 1, 2]))];
    g.output(g.node("LayerNormalization", [x, scale, bias])[0]);
    g.output(g.node("RMSNormalization", [x, scale])[0]);
    expect(ops(await runPass(g.build(), expandNorms))).toEqual([
      "LayerNormalization",
      "Mul",
      "Add",
      "RMSNormalization",
      "Mul",
    ]);
  });
});
