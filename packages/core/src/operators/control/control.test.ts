import { Evaluator } from "../../evaluate/evaluate.ts";
import { inferGraph, typeIn } from "../../inference/infer.ts";
import { mersenneTwister } from "../../random/mt19937.ts";
import { formatType } from "../../snapshot/format-type.ts";
import type { Graph, Node } from "../../snapshot/types.ts";
import { findingsOf } from "../../snapshot/verify.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { tensorType, typeOfValue, type Value, type ValueType } from "../../tensors/values.ts";
import { int, ints } from "../attributes.ts";
import { sampleGraph, sampleNode } from "../sample-graph.ts";
import { upgradeModel } from "../upgrade.ts";
import { describe, expect, it } from "vitest";

const vector = tensorType("f32", [2]);
const counter = tensorType("i64", []);
const flag = tensorType("bool", []);

function nodeWith(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  graphs: Record<string, Graph>,
): Node {
  const attributes = Object.entries(graphs).map(([name, value]) => ({
    name,
    value: { kind: "graph", value } as const,
  }));
  return { op, domain: "", name: op, inputs, outputs, attributes, origin: [] };
}

function graphOf(inputs: Readonly<Record<string, ValueType>>, nodes: readonly Node[], ...outputs: string[]): Graph {
  return {
    name: "main",
    inputs: Object.entries(inputs).map(([name, type]) => ({ name, type })),
    outputs: outputs.map((name) => ({ name, type: undefined })),
    weights: [],
    nodes,
    values: [],
  };
}

/** A body whose state is what `nodes` make of "state", and which gives "seen" as well. */
function loopBody(state: ValueType | undefined, nodes: readonly Node[], seen: readonly string[] = []): Graph {
  return sampleGraph(
    [
      { name: "i", type: counter },
      { name: "go", type: flag },
      { name: "state", type: state },
    ],
    [sampleNode("Identity", ["go"], ["again"]), ...nodes],
    ["again", "next", ...seen].map((name) => ({ name, type: undefined })),
  );
}

const endless: Record<string, Value> = {
  trips: tensorFrom("i64", [], [2n ** 62n]),
  go: tensorFrom("bool", [], [true]),
  start: tensorFrom("f32", [2], [1, 2]),
};
const endlessTypes = Object.fromEntries(Object.entries(endless).map(([name, value]) => [name, typeOfValue(value)]));
const loopNode = (body: Graph, ...outputs: string[]): Node =>
  nodeWith("Loop", ["trips", "go", "start"], outputs, { body });

function start(graph: Graph, inputs: Record<string, Value>, maxBytes: number): Generator<unknown, unknown> {
  return new Evaluator(graph, new Map()).run(new Map(Object.entries(inputs)), {
    wide: false,
    maxBytes,
    random: mersenneTwister(1),
  });
}

const inferredType = (graph: Graph, name: string): string => {
  const type = typeIn(inferGraph(graph), name);
  return type === undefined ? "unknown" : formatType(type);
};

describe("Loop", () => {
  it("can be ended in an endless run, and takes no more memory by then", () => {
    const body = loopBody(vector, [sampleNode("Add", ["state", "state"], ["next"])]);
    const steps = start(graphOf(endlessTypes, [loopNode(body, "last")], "last"), endless, 4096);
    for (let i = 0; i < 20_000; i++) expect(steps.next().done).toBe(false);
  });

  it("yields also when its body has no nodes", () => {
    const body = sampleGraph(
      [
        { name: "i", type: counter },
        { name: "go", type: flag },
        { name: "state", type: vector },
      ],
      [],
      [
        { name: "go", type: flag },
        { name: "state", type: vector },
      ],
    );
    const steps = start(graphOf(endlessTypes, [loopNode(body, "last")], "last"), endless, 4096);
    for (let i = 0; i < 1000; i++) expect(steps.next().done).toBe(false);
  });

  it("accounts for what it stacks", () => {
    const body = loopBody(vector, [sampleNode("Identity", ["state"], ["next"])], ["state"]);
    const steps = start(graphOf(endlessTypes, [loopNode(body, "last", "all")], "all"), endless, 1 << 16);
    expect(() => {
      while (!steps.next().done);
    }).toThrow(/expected at most 65536 bytes/);
  });

  it("infers states that keep their shape, and leaves dims open that iterations change", () => {
    const grow = { ...sampleNode("Concat", ["state", "state"], ["next"], { axis: 0 }, { axis: int() }) };
    const keeps = loopBody(undefined, [sampleNode("Neg", ["state"], ["next"])], ["next"]);
    expect(inferredType(graphOf(endlessTypes, [loopNode(keeps, "last", "all")], "all"), "last")).toBe("f32[2]");
    expect(inferredType(graphOf(endlessTypes, [loopNode(keeps, "last", "all")], "all"), "all")).toMatch(
      /^f32\[\?\d+, 2\]$/,
    );
    const grows = loopBody(undefined, [grow]);
    expect(inferredType(graphOf(endlessTypes, [loopNode(grows, "last")], "last"), "last")).toMatch(/^f32\[\?\d+\]$/);
    const flattens = loopBody(undefined, [
      sampleNode("Size", ["state"], ["size"]),
      sampleNode("Cast", ["size"], ["next"], { to: 1 }, { to: int() }),
    ]);
    expect(inferredType(graphOf(endlessTypes, [loopNode(flattens, "last")], "last"), "last")).toBe("f32[...]");
  });

  it("infers loops within loops in bounded time", () => {
    let body = loopBody(undefined, [sampleNode("Concat", ["state", "state"], ["next"], { axis: 0 }, { axis: int() })]);
    for (let depth = 0; depth < 30; depth++) {
      body = loopBody(undefined, [
        { ...nodeWith("Loop", ["i", "go", "state"], ["next"], { body }), name: `loop${depth}` },
      ]);
    }
    expect(inferredType(graphOf(endlessTypes, [loopNode(body, "last")], "last"), "last")).toMatch(/^f32/);
  });
});

describe("If", () => {
  const squeezed = sampleGraph(
    [],
    [
      sampleNode("Constant", [], ["axes"], { value_ints: [1] }, { value_ints: ints() }),
      sampleNode("Squeeze", ["x", "axes"], ["a"]),
    ],
    [{ name: "a", type: undefined }],
  );
  const kept = sampleGraph([], [sampleNode("Identity", ["x"], ["b"])], [{ name: "b", type: undefined }]);
  const inputs = { go: flag, x: tensorType("f32", [2, 3]) };
  const graph = graphOf(inputs, [nodeWith("If", ["go"], ["y"], { then_branch: squeezed, else_branch: kept })], "y");

  it("takes what the sound branch gives when the other breaks a rule with the types at hand", () => {
    expect(inferredType(graph, "y")).toBe("f32[2, 3]");
    expect(findingsOf({ graph, stores: [], metadata: [], producer: "" })).toEqual([]);
    const model = { graph, stores: [], metadata: [], producer: "", opsets: new Map([["", 13]]) };
    expect(upgradeModel(model).graph.nodes).toHaveLength(1);
  });

  it("fails where the broken branch is taken", () => {
    const x = tensorFrom("f32", [2, 3], [1, 2, 3, 4, 5, 6]);
    const run = (go: boolean) => () => {
      const steps = start(graph, { go: tensorFrom("bool", [], [go]), x }, 1 << 16);
      while (!steps.next().done);
    };
    expect(run(false)).not.toThrow();
    expect(run(true)).toThrow(/axis 1 has 3 elements/);
  });

  it("joins the types of two sound branches", () => {
    const other = sampleGraph(
      [],
      [sampleNode("Shape", ["x"], ["n"]), sampleNode("Expand", ["x", "n"], ["c"])],
      [{ name: "c", type: undefined }],
    );
    const longer = sampleGraph(
      [],
      [sampleNode("Concat", ["x", "x"], ["d"], { axis: 0 }, { axis: int() })],
      [{ name: "d", type: undefined }],
    );
    const both = (then_branch: Graph, else_branch: Graph): Graph =>
      graphOf(inputs, [nodeWith("If", ["go"], ["y"], { then_branch, else_branch })], "y");
    expect(inferredType(both(kept, other), "y")).toBe("f32[2, 3]");
    expect(inferredType(both(kept, longer), "y")).toMatch(/^f32\[\?\d+, 3\]$/);
  });
});
