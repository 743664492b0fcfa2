import { compareValues, GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { expect, it } from "vitest";
import { testTarget } from "./testing/test-target.ts";
import { scheduleGraph } from "./schedule-graph.ts";
import { expectedOf, outputsOf } from "./testing/sample-schedule.ts";

/** A node over values that are there, and the shape of what it gives: all are of one shape [a, b] or its transpose. */
type Step = (graph: GraphBuilder, values: readonly string[], pick: (i: number) => string) => string;

// none that leaps, as Floor does: a last bit would decide which way
const UNARY = ["Abs", "Neg", "Relu", "Tanh", "Sigmoid", "Identity", "Softplus", "HardSwish"] as const;
const BINARY = ["Add", "Sub", "Mul", "Max", "Min"] as const;
const ROWS = ["Softmax", "LogSoftmax", "LpNormalization"] as const;

const steps: readonly Step[] = [
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
];

const chain = fc.record({
  dims: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 })),
  nodes: fc.array(fc.record({ step: fc.nat(steps.length - 1), from: fc.tuple(fc.nat(), fc.nat(), fc.nat()) }), {
    minLength: 1,
    maxLength: 12,
  }),
  vectorBytes: fc.constantFrom(0, 8, 16, 32),
  seed: fc.nat(1000),
});

it("gives for random graphs of operators, fused, what the reference kernels give one by one", () => {
  fc.assert(
    fc.property(chain, ({ dims, nodes, vectorBytes, seed }) => {
      const graph = new GraphBuilder("chain");
      const values = [graph.input("x", tensorType("f32", dims)), graph.input("y", tensorType("f32", dims))];
      for (const { step, from } of nodes)
        values.push(steps[step](graph, values, (i) => values[from[i] % values.length]));
      graph.output(values.at(-1)!);
      const snapshot = graph.build();
      const count = dims[0] * dims[1];
      const made = (name: string, shift: number) =>
        [
          name,
          tensorFrom(
            "f32",
            dims,
            Array.from({ length: count }, (_, i) => Math.sin(seed + shift + 7 * i)),
          ),
        ] as const;
      const model = { snapshot, inputs: new Map([made("x", 0), made("y", 0.5)]) };
      const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
      const schedule = scheduleGraph(snapshot.graph, facts, testTarget(vectorBytes));
      for (const item of schedule.steps) {
        expect(item.kind).toBe("kernel");
        if (item.kind === "kernel") verifyKernel(item.kernel);
      }
      // errors of a dozen operators add up; one that is wrong is wrong by more
      const tolerance = { relative: 1e-3, absolute: 1e-3 };
      outputsOf(model, schedule).forEach((value, i) =>
        expect(compareValues(value, expectedOf(model)[i], tolerance)).toBeUndefined(),
      );
    }),
    { numRuns: 150 },
  );
});
