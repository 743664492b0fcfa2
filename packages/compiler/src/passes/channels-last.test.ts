import {
  type Graph,
  GraphBuilder,
  heldWeights,
  inferGraph,
  type Node,
  type Snapshot,
  tensorFrom,
  tensorType,
} from "@hodu/core";
import { printKernel } from "@hodu/core/kernel-ir";
import { describe, expect, it } from "vitest";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import { ops, runPass } from "../testing/run-pass.ts";
import { channelsLast } from "./channels-last.ts";

const ramp = (...shape: readonly number[]) => {
  const count = shape.reduce((product, dim) => product * dim, 1);
  return tensorFrom(
    "f32",
    shape,
    Array.from({ length: count }, (_, i) => Math.sin(i)),
  );
};

/** Adds a convolution that keeps the plane. */
function conv(g: GraphBuilder, x: string, [out, into]: readonly [number, number], kernel = 3, group = 1): string {
  const w = g.weight(`w_${g.graph().nodes.length}`, ramp(out, into / group, kernel, kernel));
  const pad = (kernel - 1) / 2;
  return g.node("Conv", [x, w], { pads: [pad, pad, pad, pad], group })[0];
}

/** The Transposes that are not beside a spatial operator, by what they read and make. */
function movesOf({ graph }: Snapshot): readonly (readonly [from: string, to: string])[] {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const isOwn = (node: Node): boolean =>
    SPATIAL.has(makers.get(node.inputs[0])?.op ?? "") ||
    readersIn(graph, node.outputs[0]).every((op) => SPATIAL.has(op));
  return graph.nodes
    .filter((node) => node.op === "Transpose" && !isOwn(node))
    .map((node) => [makers.get(node.inputs[0])?.op ?? "input", readersIn(graph, node.outputs[0]).join()]);
}

/** The kernels that stand for a Transpose and sum nothing: those of convolutions bear the name of the Transpose after them. */
function movingKernelsOf({ graph, stores }: Snapshot): readonly string[] {
  const facts = inferGraph(graph, { constantOf: heldWeights(stores) });
  return scheduleGraph(graph, facts, testTarget(16)).steps.flatMap((step) => {
    if (step.kind === "call") return [step.reason];
    const text = printKernel(step.kernel);
    return step.operator === "Transpose" && !text.includes("muladd") ? [text] : [];
  });
}

const SPATIAL = new Set(["Conv", "MaxPool", "GlobalAveragePool", "ConvTranspose"]);

const readersIn = (graph: Graph, name: string): readonly string[] => [
  ...graph.nodes.filter(({ inputs }) => inputs.includes(name)).map(({ op }) => op),
  ...graph.outputs.filter((output) => output.name === name).map(() => "output"),
];

describe("channels-last", () => {
  it("moves only the input and the output of a residual network with a classifier", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [1, 3, 32, 32]));
    const stem = g.node("Relu", [conv(g, x, [16, 3])])[0];
    let trunk = g.node("MaxPool", [stem], { kernel_shape: [2, 2], strides: [2, 2] })[0];
    for (let block = 0; block < 3; block++) {
      const inner = g.node("Relu", [conv(g, trunk, [16, 16])])[0];
      trunk = g.node("Relu", [g.node("Add", [conv(g, inner, [16, 16]), trunk])[0]])[0];
    }
    const pooled = g.node("GlobalAveragePool", [trunk])[0];
    g.output(g.node("Gemm", [g.node("Flatten", [pooled])[0], g.weight("fc", ramp(16, 10))])[0]);
    const snapshot = await runPass(g.build(), channelsLast);
    expect(movesOf(snapshot)).toEqual([["input", "Transpose"]]);
    // each spatial node has a Transpose before and after it, and there is the one of the input
    expect(ops(snapshot).filter((op) => op === "Transpose")).toHaveLength(2 * 9 + 1);
    expect(await runPass(snapshot, channelsLast)).toBe(snapshot);
    expect(movingKernelsOf(snapshot)).toEqual([]);
  });

  it("carries channels last through SiLU, concatenation, upsampling, splits and squeeze-and-excite", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [1, 8, 16, 16]));
    const silu = (value: string): string => g.node("Mul", [value, g.node("Sigmoid", [value])[0]])[0];
    const a = silu(conv(g, x, [16, 8]));
    const down = g.node("MaxPool", [a], { kernel_shape: [2, 2], strides: [2, 2] })[0];
    const b = silu(conv(g, down, [16, 16], 3, 16));
    const scales = g.weight("scales", tensorFrom("f32", [4], [1, 1, 2, 2]));
    const up = g.node("Resize", [b, "", scales], { mode: "nearest" })[0];
    const both = g.node("Concat", [a, up], { axis: 1 })[0];
    const [left, right] = g.node("Split", [both], { axis: 1, num_outputs: 2 }, { outputs: 2 });
    const gate = g.node("Sigmoid", [conv(g, g.node("GlobalAveragePool", [left])[0], [16, 16], 1)])[0];
    const bias = g.weight("bias", ramp(16, 1, 1));
    const joined = g.node("Add", [g.node("Mul", [left, gate])[0], g.node("Add", [right, bias])[0]])[0];
    g.output(conv(g, joined, [8, 16], 1));
    const snapshot = await runPass(g.build(), channelsLast);
    expect(movesOf(snapshot)).toEqual([
      ["input", "Transpose"],
      ["Transpose", "output"],
    ]);
  });

  it("does nothing for a pool by itself, and for one that nothing needs with channels last", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [1, 8, 16, 16]));
    g.output(g.node("MaxPool", [g.node("Relu", [x])[0]], { kernel_shape: [2, 2] })[0]);
    const given = g.build();
    expect(await runPass(given, channelsLast)).toBe(given);
  });

  it("takes a patch embedding to rows without moving them", async () => {
    const g = new GraphBuilder("g");
    const x = g.input("x", tensorType("f32", [1, 3, 32, 32]));
    const patches = g.node("Conv", [x, g.weight("w", ramp(24, 3, 8, 8))], { strides: [8, 8] })[0];
    const flat = g.node("Reshape", [patches, g.weight("s", tensorFrom("i64", [3], [1, 24, 16]))])[0];
    const rows = g.node("Transpose", [flat], { perm: [0, 2, 1] })[0];
    g.output(g.node("LayerNormalization", [rows, g.weight("scale", ramp(24))])[0]);
    const snapshot = await runPass(g.build(), channelsLast);
    expect(ops(snapshot).toSorted()).toEqual(
      ["Conv", "LayerNormalization", "Reshape", "Transpose", "Transpose", "Transpose"].toSorted(),
    );
    expect(movesOf(snapshot)).toEqual([["input", "Transpose"]]);
  });
});
