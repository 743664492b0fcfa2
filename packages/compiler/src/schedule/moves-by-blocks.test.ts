import { compareValues, GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { printKernel, verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { scheduleGraph } from "./schedule-graph.ts";
import { expectedOf, outputsOf, type SampleModel } from "./testing/sample-schedule.ts";
import { testTarget } from "./testing/test-target.ts";
import type { Schedule } from "./types.ts";

type MovedType = "f32" | "i64" | "u8" | "f16";

const EXACT = { relative: 0, absolute: 0 };

/** A model over inputs of whole numbers, which every type here holds. */
function modelOf(
  inputs: readonly (readonly [MovedType, readonly number[]])[],
  write: (graph: GraphBuilder, names: readonly string[]) => string,
): SampleModel {
  const graph = new GraphBuilder("moves");
  const names = inputs.map(([dtype, dims], i) => graph.input(`x${i}`, tensorType(dtype, dims)));
  graph.output(write(graph, names));
  const values = inputs.map(([dtype, dims], input) => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    const elements = Array.from({ length: count }, (_, i) => (i * 7 + (i >> 5) + input) % 120);
    return [names[input], tensorFrom(dtype, dims, elements)] as const;
  });
  return { snapshot: graph.build(), inputs: new Map(values) };
}

function scheduleOf({ snapshot }: SampleModel, vectorBytes: number): Schedule {
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  return scheduleGraph(snapshot.graph, facts, testTarget(vectorBytes));
}

const textOf = ({ steps }: Schedule): string =>
  steps.map((step) => (step.kind === "kernel" ? printKernel(step.kernel) : "call")).join("\n");

/** Holds the kernels to the verifier, and what they give to the reference kernels, bit for bit. */
function expectExact(model: SampleModel, vectorBytes: number): void {
  const schedule = scheduleOf(model, vectorBytes);
  for (const step of schedule.steps) {
    expect(step.kind).toBe("kernel");
    if (step.kind === "kernel") verifyKernel(step.kernel);
  }
  const expected = expectedOf(model);
  outputsOf(model, schedule).forEach((value, i) => expect(compareValues(value, expected[i], EXACT)).toBeUndefined());
}

const isByBlocks = (text: string): boolean => text.includes("unroll c < 8");

const transpose = (dims: readonly number[]): string =>
  textOf(
    scheduleOf(
      modelOf([["f32", dims]], (graph, [x]) => graph.node("Transpose", [x])[0]),
      64,
    ),
  );

describe("moves by blocks", () => {
  it("writes a transpose by blocks, and what remains of its axes by smaller ones", () => {
    expect(isByBlocks(transpose([20, 9]))).toBe(true);
    expect(transpose([20, 9])).toContain("< 4");
    expect(isByBlocks(transpose([20, 7]))).toBe(false);
    expect(isByBlocks(transpose([7, 20]))).toBe(false);
  });

  it("leaves what lies side by side on both sides to vectors or plain loops", () => {
    const moved = (perm: readonly number[], vectorBytes: number) =>
      textOf(
        scheduleOf(
          modelOf([["f32", [9, 10, 16]]], (graph, [x]) => graph.node("Transpose", [x], { perm })[0]),
          vectorBytes,
        ),
      );
    expect(isByBlocks(moved([1, 0, 2], 64))).toBe(false);
    expect(isByBlocks(moved([1, 0, 2], 0))).toBe(false);
    expect(isByBlocks(moved([1, 2, 0], 0))).toBe(true);
  });

  it("splits the longer of the two axes over threads", () => {
    expect(transpose([8, 8000])).toContain("parallel b < 1000");
    expect(transpose([8000, 8])).toContain("parallel b < 1000");
  });

  it("gives for random permutations, with what is fused into them, what the reference kernels give, bit for bit", () => {
    const drawn = fc.record({
      dims: fc.array(fc.constantFrom(1, 2, 3, 7, 8, 9, 15, 16, 17, 21), { minLength: 2, maxLength: 4 }),
      sortKeys: fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
      dtype: fc.constantFrom<MovedType>("f32", "i64", "u8", "f16"),
      before: fc.boolean(),
      after: fc.boolean(),
      joined: fc.nat(1),
      vectorBytes: fc.constantFrom(0, 16, 64),
    });
    fc.assert(
      fc.property(drawn, ({ dims, sortKeys, dtype, before, after, joined, vectorBytes }) => {
        const sizes = dims.length > 3 ? dims.map((dim) => Math.min(dim, 9)) : dims;
        const perm = sizes.map((_, axis) => axis).toSorted((a, b) => sortKeys[a] - sortKeys[b]);
        const model = modelOf(
          [
            [dtype, sizes],
            [dtype, sizes],
          ],
          (graph, [x, y]) => {
            const bent = (name: string, is: boolean) => (is ? graph.node("Clip", [name])[0] : name);
            const moved = (name: string) => bent(graph.node("Transpose", [bent(name, before)], { perm })[0], after);
            return graph.node("Concat", joined === 1 ? [moved(x), moved(y)] : [moved(x)], { axis: -1 })[0];
          },
        );
        expectExact(model, vectorBytes);
      }),
      { numRuns: Math.ceil(60 * inject("share")) },
    );
  });

  it("copies the keys of an attention by blocks, for the same products", () => {
    const model = modelOf(
      [
        ["f32", [2, 19, 12]],
        ["f32", [17, 2, 12]],
      ],
      (graph, [queries, keys]) =>
        graph.node("MatMul", [queries, graph.node("Transpose", [keys], { perm: [1, 2, 0] })[0]])[0],
    );
    expect(isByBlocks(textOf(scheduleOf(model, 16)))).toBe(true);
    expectExact(model, 16);
  });
});
