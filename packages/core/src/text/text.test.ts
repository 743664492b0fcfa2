import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../snapshot/builder.ts";
import { addDims, scaleDim, symbolDim } from "../snapshot/dims.ts";
import type { Graph, Snapshot } from "../snapshot/types.ts";
import { tensorFrom } from "../tensors/elements.ts";
import { tensorOf } from "../tensors/tensor.ts";
import { tensorType } from "../tensors/values.ts";
import { parseSnapshot } from "./parse.ts";
import { printSnapshot } from "./print.ts";

const branch = (name: string, value: number): Graph => ({
  name,
  inputs: [],
  weights: [],
  values: [],
  nodes: [
    {
      op: "Constant",
      domain: "",
      name: `${name} node`,
      inputs: [],
      outputs: [`${name} out`],
      attributes: [{ name: "value", value: { kind: "tensor", value: tensorFrom("f32", [2], [value, -0]) } }],
      origin: [],
    },
  ],
  outputs: [{ name: `${name} out`, type: undefined }],
});

const snapshot: Snapshot = {
  producer: 'a "tool"\n2',
  metadata: [["__proto__", "x"]],
  stores: [
    { kind: "bytes", bytes: new Uint8Array([0, 0, 128, 63, 1, 2, 3, 4]) },
    { kind: "file", location: "weights/a b.bin" },
  ],
  graph: {
    name: "main",
    inputs: [
      { name: "c", type: tensorType("bool", []) },
      { name: "x", type: tensorType("f32", [symbolDim("batch size"), { constant: -1, terms: [["n", 2]] }]) },
      { name: "w", type: tensorType("f32", [1]), default: "w" },
      { name: "s", type: { kind: "sequence", element: { kind: "optional", element: tensorType("i64") } } },
      { name: "m", type: { kind: "map", key: "string", element: tensorType("f16", []) } },
    ],
    weights: [
      { name: "w", dtype: "f32", shape: [1], store: 0, offset: 0, length: 4 },
      { name: "far", dtype: "i4", shape: [3], store: 1, offset: 128, length: 2, digest: "ab" },
    ],
    values: [{ name: "y", type: tensorType("f32", [2]) }],
    nodes: [
      {
        op: "If",
        domain: "",
        name: "choose\u202e",
        inputs: ["c"],
        outputs: ["y"],
        attributes: [
          { name: "then_branch", value: { kind: "graph", value: branch("then", 1) } },
          { name: "else_branch", value: { kind: "graph", value: branch("else", Infinity) } },
        ],
        origin: ["If_0", "x/y"],
      },
      {
        op: "Constant",
        domain: "",
        name: "nan",
        inputs: [],
        outputs: ["z"],
        attributes: [
          { name: "value", value: { kind: "tensor", value: tensorOf("f16", [2], new Uint16Array([0x7e01, 0x8000])) } },
        ],
        origin: [],
      },
      {
        op: "Constant",
        domain: "",
        name: "big",
        inputs: [],
        outputs: ["i"],
        attributes: [{ name: "value_ints", value: { kind: "ints", value: [9007199254740993n, -(2n ** 63n)] } }],
        origin: [],
      },
    ],
    outputs: [{ name: "y", type: undefined }],
  },
};

describe("the textual form", () => {
  it("is read back to the same Snapshot, bit by bit", () => {
    const printed = printSnapshot(snapshot);
    const parsed = parseSnapshot(printed);
    expect(printSnapshot(parsed)).toBe(printed);
    expect(parsed).toEqual(snapshot);
  });

  it("keeps symbols of any name, signs of factors, and infinities of small floats", () => {
    const odd = addDims(scaleDim(symbolDim('a + -b "q"'), -2), addDims(scaleDim(symbolDim("z"), -1), -3));
    const graph = new GraphBuilder("odd");
    const x = graph.input("x", tensorType("f32", [odd, scaleDim(symbolDim("n"), -1)]));
    const [inf] = graph.node("Constant", [], { value: tensorOf("f8e5m2", [2], new Uint8Array([0x7c, 0xfc])) });
    graph.output(x);
    graph.output(inf);
    const built = graph.build();
    expect(printSnapshot(built)).toContain('f32[-2*"a + -b \\"q\\"" - z - 3, -1*n]');
    expect(parseSnapshot(printSnapshot(built))).toEqual(built);
  });

  it("reads megabytes of one weight", { tags: ["long"] }, () => {
    const graph = new GraphBuilder("large");
    graph.output(graph.weight("w", tensorOf("u8", [6 << 20], new Uint8Array(6 << 20).fill(7))));
    const [store] = parseSnapshot(printSnapshot(graph.build())).stores;
    expect(store.kind === "bytes" && store.bytes.length).toBe(6 << 20);
  });

  it("names the line of what it cannot read", () => {
    const broken = printSnapshot(snapshot).replace('output "y": ?', 'output "y" ?');
    expect(() => parseSnapshot(broken)).toThrow(/line \d+, expected ":"/);
  });

  it("cut anywhere is refused with an error of ours", () => {
    const printed = printSnapshot(snapshot).trimEnd();
    for (let length = 0; length < printed.length; length++) {
      expect(() => parseSnapshot(printed.slice(0, length))).toThrow(/^Cannot /);
    }
  });

  it("leaves out large bytes when asked to", () => {
    expect(printSnapshot(snapshot, { elide: true })).toContain("store bytes <8>");
  });
});
