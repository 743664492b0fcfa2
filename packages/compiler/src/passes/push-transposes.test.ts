import { attributeOf, GraphBuilder, type Node, type Snapshot, symbolDim, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { heldTensor } from "../testing/held-tensor.ts";
import { ops, runPass } from "../testing/run-pass.ts";
import { pushTransposes } from "./push-transposes.ts";

const LAST = [0, 2, 3, 1];
const FIRST = [0, 3, 1, 2];
const ints = (...values: readonly number[]) => tensorFrom("i64", [values.length], values);
const ramp = (...shape: readonly number[]) => {
  const count = shape.reduce((product, dim) => product * dim, 1);
  return tensorFrom(
    "f32",
    shape,
    Array.from({ length: count }, (_, i) => i),
  );
};

/** Begins a graph on x: f32[2, 4, 5, 3], seen with channels first. */
function begin(): readonly [GraphBuilder, string] {
  const g = new GraphBuilder("g");
  const x = g.input("x", tensorType("f32", [2, 4, 5, 3]));
  return [g, g.node("Transpose", [x], { perm: FIRST })[0]];
}

/** Ends it with channels last, and runs the pass. */
async function end(g: GraphBuilder, value: string): Promise<Snapshot> {
  g.output(g.node("Transpose", [value], { perm: LAST })[0]);
  return runPass(g.build(), pushTransposes);
}

const nodeOf = ({ graph }: Snapshot, op: string): Node => graph.nodes.find((node) => node.op === op)!;
const valueOf = (node: Node, name: string): unknown => attributeOf(node, name)?.value;

describe("push-transposes", () => {
  it("cancels pairs, and makes one Transpose of several", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [2, 3, 4]));
    const twice = g.node("Transpose", [g.node("Transpose", [x], { perm: [1, 2, 0] })[0]], { perm: [1, 2, 0] })[0];
    g.output(g.node("Neg", [g.node("Transpose", [twice], { perm: [1, 2, 0] })[0]])[0]);
    g.output(g.node("Abs", [twice])[0]);
    const snapshot = await runPass(g.build(), pushTransposes);
    expect(ops(snapshot).toSorted()).toEqual(["Abs", "Neg", "Transpose"]);
    expect(valueOf(nodeOf(snapshot, "Transpose"), "perm")).toEqual([2n, 0n, 1n]);
    expect(nodeOf(snapshot, "Neg").inputs).toEqual(["x"]);
  });

  it("keeps the names and types of outputs that Transposes made", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [2, 3]));
    const [flipped] = g.node("Transpose", [x], { perm: [1, 0] }, { outputs: ["flipped"] });
    const [back] = g.node("Transpose", [flipped], { perm: [1, 0] }, { outputs: ["back"] });
    g.output(back, tensorType("f32", [2, 3]));
    g.output(flipped);
    const snapshot = await runPass(g.build(), pushTransposes);
    expect(snapshot.graph.outputs.map(({ name }) => name)).toEqual(["back", "flipped"]);
    expect(ops(snapshot).toSorted()).toEqual(["Identity", "Transpose"]);
  });

  it("goes through elementwise operators, whose constants follow at once", async () => {
    const [g, t] = begin();
    const scaled = g.node("Mul", [t, g.weight("scale", ramp(3, 1, 1))])[0];
    const shifted = g.node("Add", [g.weight("shift", ramp(1, 3, 4, 5)), scaled])[0];
    const clipped = g.node("Clip", [shifted, "", g.weight("six", tensorFrom("f32", [], [6]))])[0];
    const snapshot = await end(g, g.node("Where", [g.node("IsNaN", [t])[0], t, clipped])[0]);
    expect(ops(snapshot).toSorted()).toEqual(["Add", "Clip", "IsNaN", "Mul", "Where"]);
    const scale = heldTensor(snapshot, nodeOf(snapshot, "Mul").inputs[1]);
    expect([scale.shape, [...(scale.data as Float32Array)]]).toEqual([
      [1, 1, 1, 3],
      [0, 1, 2],
    ]);
    expect(heldTensor(snapshot, nodeOf(snapshot, "Add").inputs[0]).shape).toEqual([1, 4, 5, 3]);
  });

  it("renames the axes of operators that name them", async () => {
    const [g, t] = begin();
    const both = g.node("Concat", [t, g.node("Relu", [t])[0]], { axis: 1 })[0];
    const [left, right] = g.node("Split", [both], { axis: -3, num_outputs: 2 }, { outputs: 2 });
    const soft = g.node("Softmax", [left], { axis: 1 })[0];
    const cut = g.node("Slice", [soft, g.weight("b", ints(1)), g.weight("e", ints(3)), g.weight("a", ints(2))])[0];
    const padded = g.node("Pad", [cut, g.weight("p", ints(0, 0, 1, 0, 0, 0, 1, 0))])[0];
    const snapshot = await end(g, g.node("Sub", [padded, right])[0]);
    expect(ops(snapshot)).not.toContain("Transpose");
    expect(valueOf(nodeOf(snapshot, "Concat"), "axis")).toBe(3n);
    expect(valueOf(nodeOf(snapshot, "Split"), "axis")).toBe(3n);
    expect(valueOf(nodeOf(snapshot, "Softmax"), "axis")).toBe(3n);
    expect(heldTensor(snapshot, nodeOf(snapshot, "Slice").inputs[3]).data).toEqual(new BigInt64Array([1n]));
    expect(heldTensor(snapshot, nodeOf(snapshot, "Pad").inputs[3]).data).toEqual(new BigInt64Array([0n, 3n, 1n, 2n]));
  });

  it("goes through reductions that sum in the same order, where less is moved after them", async () => {
    const [g, t] = begin();
    g.output(g.node("ReduceMean", [t, g.weight("axes", ints(2, 3))], { keepdims: 0 })[0]);
    g.output(g.node("ReduceMax", [t, g.weight("all", ints(1, 2, 3))], { keepdims: 0 })[0]);
    const snapshot = await runPass(g.build(), pushTransposes);
    expect(ops(snapshot)).not.toContain("Transpose");
    expect(heldTensor(snapshot, nodeOf(snapshot, "ReduceMean").inputs[1]).data).toEqual(new BigInt64Array([1n, 2n]));
    const [other, u] = begin();
    other.output(other.node("ReduceSum", [u, other.weight("all", ints(1, 2, 3))])[0]);
    expect(ops(await runPass(other.build(), pushTransposes))).toContain("Transpose");
  });

  it("goes through reshapes that keep the axes that it moves", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [symbolDim("n"), 6, 4]));
    const t = g.node("Transpose", [x], { perm: [0, 2, 1] })[0];
    const split = g.node("Reshape", [t, g.weight("shape", ints(-1, 4, 2, 3))])[0];
    g.output(g.node("Transpose", [split], { perm: [0, 2, 3, 1] })[0]);
    const snapshot = await runPass(g.build(), pushTransposes);
    expect(ops(snapshot)).toEqual(["Reshape"]);
    expect(heldTensor(snapshot, nodeOf(snapshot, "Reshape").inputs[1]).data).toEqual(
      new BigInt64Array([-1n, 2n, 3n, 4n]),
    );
    const heads = new GraphBuilder("heads");
    const y = heads.input("y", tensorType("f32", [2, 5, 12]));
    const parts = heads.node("Reshape", [y, heads.weight("shape", ints(2, 5, 3, 4))])[0];
    heads.output(heads.node("Transpose", [parts], { perm: [0, 2, 1, 3] })[0]);
    const given = heads.build();
    expect(await runPass(given, pushTransposes)).toBe(given);
  });

  it("lets Gemm read what is transposed", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [3, 2]));
    const t = g.node("Transpose", [x])[0];
    g.output(g.node("Gemm", [t, g.weight("w", ramp(3, 4))])[0]);
    const snapshot = await runPass(g.build(), pushTransposes);
    expect(ops(snapshot)).toEqual(["Gemm"]);
    expect(valueOf(nodeOf(snapshot, "Gemm"), "transA")).toBe(1n);
  });

  it("never moves more than before: where two readers want two orders, it stays", async () => {
    const [g, t] = begin();
    g.output(g.node("Relu", [t])[0]);
    const given = g.build();
    expect(await runPass(given, pushTransposes)).toBe(given);
  });

  it("leaves convolutions between Transposes alone", async () => {
    const [g, t] = begin();
    const conv = g.node("Conv", [t, g.weight("w", ramp(3, 3, 1, 1))])[0];
    const u = g.node("Transpose", [g.node("Relu", [g.node("Transpose", [conv], { perm: LAST })[0]])[0]], {
      perm: FIRST,
    })[0];
    g.output(g.node("Transpose", [g.node("Conv", [u, "w"])[0]], { perm: LAST })[0]);
    const given = g.build();
    expect(await runPass(given, pushTransposes)).toBe(given);
  });

  it("leaves values alone that graphs inside of nodes read", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [2, 3]));
    const t = g.node("Transpose", [x])[0];
    const branch = (op: string) => {
      const inner = g.subgraph(op);
      inner.output(inner.node(op, [t])[0]);
      return inner.graph();
    };
    const condition = g.input("c", tensorType("bool", []));
    const chosen = g.node("If", [condition], { then_branch: branch("Neg"), else_branch: branch("Abs") })[0];
    g.output(g.node("Transpose", [g.node("Relu", [t])[0]])[0]);
    g.output(chosen);
    const snapshot = await runPass(g.build(), pushTransposes);
    expect(ops(snapshot).filter((op) => op === "Transpose")).toHaveLength(1);
  });
});
