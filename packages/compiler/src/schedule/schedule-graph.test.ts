import { GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { printKernel } from "@hodu/core/kernel-ir";
import { describe, expect, it } from "vitest";
import { testTarget } from "./testing/test-target.ts";
import { scheduleGraph } from "./schedule-graph.ts";
import type { Schedule } from "./types.ts";

/** The schedule of what `write` puts into a graph. */
function scheduled(write: (graph: GraphBuilder) => void, vectorBytes = 16): Schedule {
  const graph = new GraphBuilder("test");
  write(graph);
  const snapshot = graph.build();
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  return scheduleGraph(snapshot.graph, facts, testTarget(vectorBytes));
}

const stepsOf = ({ steps }: Schedule): readonly string[] =>
  steps.map((step) => (step.kind === "kernel" ? step.kernel.origin.join("+") : `call ${step.node.op}: ${step.reason}`));

const f32 = (...shape: readonly number[]) => tensorType("f32", shape);

describe("scheduleGraph", () => {
  it("writes a chain of elementwise operators as one kernel without a buffer between them", () => {
    const schedule = scheduled((graph) => {
      const x = graph.input("x", f32(4, 6));
      const y = graph.input("y", f32(6));
      const [sum] = graph.node("Add", [x, y], {}, { name: "add" });
      const [bent] = graph.node("Tanh", [sum], {}, { name: "bend" });
      const [out] = graph.node("Relu", [bent], {}, { name: "cut" });
      graph.output(out);
    });
    expect(stepsOf(schedule)).toEqual(["add+bend+cut"]);
    expect(schedule.buffers.map(({ source }) => source.kind).toSorted()).toEqual(["input", "input", "step"]);
  });

  it("writes what follows a product into the kernel of the product", () => {
    const schedule = scheduled((graph) => {
      const [product] = graph.node(
        "MatMul",
        [graph.input("a", f32(4, 8)), graph.input("b", f32(8, 16))],
        {},
        { name: "product" },
      );
      const [out] = graph.node("Relu", [product], {}, { name: "cut" });
      graph.output(out);
    });
    expect(stepsOf(schedule)).toEqual(["product+cut"]);
  });

  it("keeps a product that two kernels read, and what is dear and read more than once", () => {
    const schedule = scheduled((graph) => {
      const x = graph.input("x", f32(4, 4));
      const [product] = graph.node("MatMul", [x, x], {}, { name: "product" });
      const [dear] = graph.node("Exp", [product], {}, { name: "exp" });
      const [other] = graph.node("MatMul", [dear, product], {}, { name: "other" });
      graph.output(other);
    });
    expect(stepsOf(schedule)).toEqual(["product", "exp", "other"]);
  });

  it("reads through what only moves elements", () => {
    const schedule = scheduled((graph) => {
      const [turned] = graph.node("Transpose", [graph.input("x", f32(3, 5))], {}, { name: "turn" });
      const [out] = graph.node("MatMul", [turned, graph.input("y", f32(3, 2))], {}, { name: "product" });
      graph.output(out);
    });
    expect(stepsOf(schedule)).toEqual(["turn+product"]);
  });

  it("keeps what a Reshape would have to take positions apart for", () => {
    const schedule = scheduled((graph) => {
      const [turned] = graph.node("Transpose", [graph.input("x", f32(3, 5))], {}, { name: "turn" });
      const [flat] = graph.node(
        "Reshape",
        [turned, graph.weight("shape", tensorFrom("i64", [1], [15]))],
        {},
        { name: "flat" },
      );
      const [out] = graph.node("Neg", [flat], {}, { name: "negate" });
      graph.output(out);
    });
    expect(stepsOf(schedule)).toEqual(["turn", "flat+negate"]);
  });

  it("keeps an f16 value that was computed, which its buffer rounds", () => {
    const schedule = scheduled((graph) => {
      const [sum] = graph.node(
        "Add",
        [graph.input("x", tensorType("f16", [8])), graph.input("y", tensorType("f16", [8]))],
        {},
        { name: "add" },
      );
      const [out] = graph.node("Neg", [sum], {}, { name: "negate" });
      graph.output(out);
    });
    expect(stepsOf(schedule)).toEqual(["add", "negate"]);
  });

  it("calls what has no kernel, between the kernels before and after it", () => {
    const schedule = scheduled((graph) => {
      const [before] = graph.node("Abs", [graph.input("x", f32(6))], {}, { name: "before" });
      const [drawn] = graph.node("Bernoulli", [before], {}, { name: "drawn" });
      const [after] = graph.node("Neg", [drawn], {}, { name: "after" });
      graph.output(after);
    });
    expect(stepsOf(schedule)).toEqual(["before", "call Bernoulli: it has no lowering", "after"]);
  });

  it("says why a node is called whose shape is not known", () => {
    const schedule = scheduled((graph) => {
      const [places] = graph.node("NonZero", [graph.input("x", f32(6))]);
      const [out] = graph.node("Neg", [places]);
      graph.output(out);
    });
    expect(stepsOf(schedule)[1]).toBe("call Neg: a shape is not known before the run");
  });

  it("computes nothing that is not read", () => {
    const schedule = scheduled((graph) => {
      const x = graph.input("x", f32(6));
      graph.node("Exp", [x]);
      const [out] = graph.node("Neg", [x], {}, { name: "negate" });
      graph.output(out);
    });
    expect(stepsOf(schedule)).toEqual(["negate"]);
  });

  it("writes vectors where elements lie side by side, and single elements where they do not", () => {
    const kernelOf = (op: string, vectorBytes: number): string => {
      const [step] = scheduled((graph) => {
        const [out] = graph.node(op, [graph.input("x", f32(7, 9))]);
        graph.output(out);
      }, vectorBytes).steps;
      return step.kind === "kernel" ? printKernel(step.kernel) : "";
    };
    expect(kernelOf("Neg", 16)).toContain("f32x4");
    expect(kernelOf("Neg", 0)).not.toContain("f32x");
    expect(kernelOf("Transpose", 16)).not.toContain("f32x");
    expect(kernelOf("ReduceSum", 32)).toContain("f32x8");
  });
});
