import { describe, expect, it } from "vitest";
import { tensorFrom } from "../tensors/elements.ts";
import { type Tensor, tensorOf } from "../tensors/tensor.ts";
import { tensorType, type Value, type ValueType } from "../tensors/values.ts";
import { bindInputs } from "./bind-inputs.ts";
import { addDims, symbolDim } from "./dims.ts";
import type { Graph } from "./types.ts";

function graphOf(inputs: Readonly<Record<string, ValueType>>): Graph {
  const declared = Object.entries(inputs).map(([name, type]) => ({ name, type }));
  return { name: "g", inputs: declared, outputs: [], weights: [], nodes: [], values: [] };
}

const bind = (graph: Graph, inputs: Readonly<Record<string, Value>>) => bindInputs(graph, Object.entries(inputs));
const vector = (length: number): Tensor => tensorOf("f32", [length], new Float32Array(length));

describe("bindInputs", () => {
  it("checks dims of several symbols once all inputs have been seen, in any order", () => {
    const [n, m] = ["n", "m"].map(symbolDim);
    const graph = graphOf({
      sum: tensorType("f32", [addDims(n, m)]),
      a: tensorType("f32", [n]),
      b: tensorType("f32", [m]),
    });
    const { symbols } = bind(graph, { sum: vector(5), a: vector(2), b: vector(3) });
    expect([...symbols]).toEqual([
      ["n", 2],
      ["m", 3],
    ]);
    expect(() => bind(graph, { sum: vector(6), a: vector(2), b: vector(3) })).toThrow(
      'input "sum": found f32[6], expected f32[m + n] with m + n = 5',
    );
  });

  it("gives values without items the element types that the model declares", () => {
    const floats = tensorType("f32");
    const graph = graphOf({
      list: { kind: "sequence", element: { kind: "sequence", element: floats } },
      maybe: { kind: "optional", element: floats },
      left: { kind: "optional", element: { kind: "sequence", element: floats } },
    });
    const empty: Value = { kind: "sequence", element: tensorType("i64"), items: [] };
    const list: Value = { kind: "sequence", element: empty.element, items: [empty] };
    const { values } = bind(graph, { list, maybe: { kind: "optional", element: tensorType("string") } });
    expect(values.get("list")).toEqual({
      kind: "sequence",
      element: { kind: "sequence", element: floats },
      items: [{ kind: "sequence", element: floats, items: [] }],
    });
    expect(values.get("maybe")).toEqual({ kind: "optional", element: floats });
    expect(values.get("left")).toEqual({ kind: "optional", element: { kind: "sequence", element: floats } });
  });

  it("refuses items, keys and kinds that are not declared", () => {
    const graph = graphOf({
      list: { kind: "sequence", element: tensorType("f32") },
      map: { kind: "map", key: "i64", element: tensorType("f32", []) },
    });
    const item = tensorFrom("i64", [1], [1]);
    const map: Value = { kind: "map", key: "string", element: tensorType("f32"), keys: [], values: [] };
    const list: Value = { kind: "sequence", element: tensorType("f32"), items: [] };
    expect(() => bind(graph, { list: { ...list, items: [item] }, map })).toThrow('Cannot use input "list"');
    expect(() => bind(graph, { list, map })).toThrow('Cannot use input "map"');
    expect(() => bind(graph, { list: item })).toThrow("found i64[1], expected seq(f32[...])");
  });
});
