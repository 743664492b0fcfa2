import { describe, expect, it } from "vitest";
import { mersenneTwister } from "../random/mt19937.ts";
import { GraphBuilder } from "../snapshot/builder.ts";
import { graphsIn } from "../snapshot/graphs.ts";
import { heldWeights } from "../snapshot/held-weights.ts";
import { symbolDim } from "../snapshot/dims.ts";
import type { Graph, Snapshot } from "../snapshot/types.ts";
import { tensorFromBytes } from "../tensors/bytes.ts";
import { numbers, tensorFrom } from "../tensors/elements.ts";
import { type Tensor, tensorOf } from "../tensors/tensor.ts";
import { tensorType, type Value } from "../tensors/values.ts";
import { Evaluator } from "./evaluate.ts";

interface Result {
  readonly values: readonly number[][];
  readonly peakBytes: number;
}

function weightsOf({ graph, stores }: Snapshot): Map<Graph, Map<string, Tensor>> {
  const tensorOf = heldWeights(stores);
  const entries = [...graphsIn(graph)].map((inner) => {
    const own = inner.weights.map((weight) => [weight.name, tensorOf(weight)!] as const);
    return [inner, new Map(own)] as const;
  });
  return new Map(entries);
}

function evaluate(
  snapshot: Snapshot,
  inputs: Readonly<Record<string, Value>> = {},
  { wide = false, maxBytes = Number.POSITIVE_INFINITY } = {},
): Result {
  const evaluator = new Evaluator(snapshot.graph, weightsOf(snapshot));
  const options = { wide, maxBytes, random: mersenneTwister(0) };
  const steps = evaluator.run(new Map(Object.entries(inputs)), options);
  for (;;) {
    const step = steps.next();
    if (!step.done) continue;
    const { outputs, peakBytes } = step.value;
    return { values: outputs.map((output) => Array.from(numbers(output as Tensor))), peakBytes };
  }
}

const f32 = (...values: number[]): Tensor => tensorFrom("f32", [values.length], values);
const zeros = (count: number): Tensor => tensorOf("f32", [count], new Float32Array(count));
const pair = tensorType("f32", [2]);

describe("Evaluator", () => {
  it("takes the default of an input from a weight of another name", () => {
    const graph = new GraphBuilder("g");
    const x = graph.input("x", pair);
    graph.weight("initial", f32(1, 2));
    graph.output(graph.node("Add", [x, x])[0]);
    const plain = graph.graph();
    const snapshot = { ...graph.build(), graph: { ...plain, inputs: [{ ...plain.inputs[0], default: "initial" }] } };
    expect(evaluate(snapshot).values).toEqual([[2, 4]]);
    expect(evaluate(snapshot, { x: f32(5, 6) }).values).toEqual([[10, 12]]);
  });

  it("gives an output that is an input, a weight or listed twice", () => {
    const graph = new GraphBuilder("g");
    const x = graph.input("x", pair);
    const w = graph.weight("w", f32(1, 2));
    const [y] = graph.node("Add", [x, w]);
    for (const name of [y, x, y, w]) graph.output(name);
    expect(evaluate(graph.build(), { x: f32(3, 4) }).values).toEqual([
      [4, 6],
      [3, 4],
      [4, 6],
      [1, 2],
    ]);
  });

  it("keeps a value that a subgraph captures until the last node that reads it", () => {
    const graph = new GraphBuilder("g");
    const x = graph.input("x", pair);
    const [h] = graph.node("Neg", [x]);
    const taken = graph.subgraph("taken");
    taken.output(taken.node("Add", [h, h])[0]);
    const other = graph.subgraph("other");
    other.output(h);
    const branches = { then_branch: taken.graph(), else_branch: other.graph() };
    const [y] = graph.node("If", [graph.weight("c", tensorFrom("bool", [], [1]))], branches);
    const [unused] = graph.node("Neg", [y]);
    graph.node("Neg", [unused]);
    graph.output(graph.node("Mul", [h, y])[0]);
    expect(evaluate(graph.build(), { x: f32(1, 2) }).values).toEqual([[2, 8]]);
  });

  it("does not charge a run for a constant that is a view of the model's bytes", () => {
    const bytes = new Uint8Array(1 << 20);
    const graph = new GraphBuilder("g");
    const [c] = graph.node("Constant", [], { value: tensorFromBytes("f32", [2], bytes.subarray(8, 16)) });
    graph.output(graph.node("Add", [c, c])[0]);
    expect(evaluate(graph.build()).peakBytes).toBe(8);
  });

  it("charges a run in double for its copies of inputs and weights, and refuses before it makes them", () => {
    const graph = new GraphBuilder("g");
    const x = graph.input("x", tensorType("f32", [1000]));
    const w = graph.weight("w", zeros(1000));
    const [y] = graph.node("Add", [x, w]);
    graph.output(y);
    const inputs = { x: zeros(1000) };
    expect(evaluate(graph.build(), inputs, { wide: false }).peakBytes).toBe(4000);
    expect(evaluate(graph.build(), inputs, { wide: true }).peakBytes).toBe(24_000);
    expect(() => evaluate(graph.build(), inputs, { wide: true, maxBytes: 7000 })).toThrow(
      "the weights would take 8000 bytes more",
    );
    expect(() => evaluate(graph.build(), inputs, { wide: true, maxBytes: 15_000 })).toThrow(
      'input "x" would take 8000 bytes more',
    );
  });

  it("counts the states that a Loop hands on while its body runs", () => {
    const graph = new GraphBuilder("g");
    const x = graph.input("x", tensorType("f32", [symbolDim("n")]));
    const body = graph.subgraph("body");
    body.input("i", tensorType("i64", []));
    const go = body.input("go", tensorType("bool", []));
    const [first] = body.node("Neg", [body.input("state", tensorType("f32", [symbolDim("k")]))]);
    const [second] = body.node("Neg", [first]);
    body.output(body.node("Identity", [go])[0]);
    body.output(body.node("Neg", [second])[0]);
    const trips = graph.weight("trips", tensorFrom("i64", [], [3]));
    graph.output(graph.node("Loop", [trips, "", x], { body: body.graph() })[0]);
    const { peakBytes } = evaluate(graph.build(), { x: zeros(1000) });
    expect(peakBytes).toBeGreaterThanOrEqual(3 * 4000);
    expect(peakBytes).toBeLessThan(3 * 4000 + 100);
  });
});
