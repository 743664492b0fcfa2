import { GraphBuilder, tensorFrom, tensorType } from "@hodu/core";
import fc from "fast-check";
import type { SampleModel } from "./sample-schedule.ts";

/** A node over values that are there, and the shape of what it gives: all are of one shape [a, b] or its transpose. */
type Step = (graph: GraphBuilder, values: readonly string[], pick: (i: number) => string) => string;

// none that leaps, as Floor does: a last bit would decide which way
const UNARY = ["Abs", "Neg", "Relu", "Tanh", "Sigmoid", "Identity", "Softplus", "HardSwish"] as const;
const BINARY = ["Add", "Sub", "Mul", "Max", "Min"] as const;
const ROWS = ["Softmax", "LogSoftmax", "LpNormalization"] as const;

const STEPS: readonly Step[] = [
  ...UNARY.map(
    (op): Step =>
      (graph, _, pick) =>
        graph.node(op, [pick(0)])[0],
  ),
  ...BINARY.map(
    (op): Step =>
      (graph, _, pick) =>
        graph.node(op, [pick(0), pick(1)])[0],
  ),
  ...ROWS.map(
    (op): Step =>
      (graph, _, pick) =>
        graph.node(op, [pick(0)], { axis: -1 })[0],
  ),
  (graph, _, pick) => graph.node("Transpose", [graph.node("Transpose", [pick(0)])[0]])[0],
  (graph, values, pick) => {
    const mean = graph.node("ReduceMean", [
      pick(0),
      graph.weight(`axes_${values.length}`, tensorFrom("i64", [1], [1])),
    ])[0];
    return graph.node("Sub", [pick(1), mean])[0];
  },
  (graph, _, pick) => {
    const both = graph.node("Concat", [pick(0), pick(1)], { axis: 0 })[0];
    return graph.node("Split", [both], { axis: 0, num_outputs: 2 }, { outputs: 2 })[1];
  },
  (graph, _, pick) => {
    const square = graph.node("MatMul", [pick(0), graph.node("Transpose", [pick(1)])[0]])[0];
    return graph.node("Tanh", [graph.node("MatMul", [square, pick(2)])[0]])[0];
  },
  (graph, values, pick) => {
    const places = graph.weight(`places_${values.length}`, tensorFrom("i64", [2, 1], [0, -1]));
    const axes = graph.weight(`over_${values.length}`, tensorFrom("i64", [1], [0]));
    const row = graph.node("ReduceMax", [pick(1), axes], { keepdims: 1 })[0];
    const rows = graph.node("Concat", [row, row], { axis: 0 })[0];
    return graph.node("ScatterND", [pick(0), places, rows], { reduction: "add" })[0];
  },
  (graph, values, pick) => {
    const axis = graph.weight(`along_${values.length}`, tensorFrom("i64", [], [1]));
    return graph.node("Tanh", [graph.node("CumSum", [pick(0), axis])[0]])[0];
  },
];

/** What a random graph is made from: dims of all values, nodes over earlier ones. */
export interface DrawnChain {
  readonly dims: readonly [number, number];
  readonly nodes: readonly { readonly step: number; readonly from: readonly [number, number, number] }[];
  readonly seed: number;
}

/** Random graphs of up to a dozen operators. */
export const drawnChains: fc.Arbitrary<DrawnChain> = fc.record({
  dims: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 })),
  nodes: fc.array(fc.record({ step: fc.nat(STEPS.length - 1), from: fc.tuple(fc.nat(), fc.nat(), fc.nat()) }), {
    minLength: 1,
    maxLength: 12,
  }),
  seed: fc.nat(1000),
});

/** The model of a random graph; its output is the last value. */
export function chainModel({ dims, nodes, seed }: DrawnChain): SampleModel {
  const graph = new GraphBuilder("chain");
  const values = [graph.input("x", tensorType("f32", dims)), graph.input("y", tensorType("f32", dims))];
  for (const { step, from } of nodes) values.push(STEPS[step](graph, values, (i) => values[from[i] % values.length]));
  graph.output(values.at(-1)!);
  const numbers = (shift: number): readonly number[] =>
    Array.from({ length: dims[0] * dims[1] }, (_, i) => Math.sin(seed + shift + 7 * i));
  const inputs = new Map([
    ["x", tensorFrom("f32", dims, numbers(0))],
    ["y", tensorFrom("f32", dims, numbers(0.5))],
  ]);
  return { snapshot: graph.build(), inputs };
}
