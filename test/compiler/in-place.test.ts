import { planProgram, scheduleGraph, type ScheduleTarget } from "@hodu/compiler";
import { C_TARGETS } from "@hodu/compiler/c";
import { WASM_TARGETS } from "@hodu/compiler/wasm";
import { heldWeights, inferGraph } from "@hodu/core";
import { runKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runProgram } from "../../packages/compiler/src/program/testing/run-program.ts";
import { chainModel, drawnChains } from "../../packages/compiler/src/schedule/testing/chain-models.ts";
import { callAll, hasCompiler } from "./c-program.ts";
import { differences } from "./differences.ts";
import type { Case } from "./operation-cases.ts";
import { callAllInWasm } from "./wasm-calls.ts";

const MODELS = 300;

const TARGET: ScheduleTarget = { name: "base", vectorBytes: 16, registers: 16, hasFma: true, isReproducible: true };

/** The kernels of random graphs that read and write one buffer, each with what it is called with. */
function casesFor(seed: number): readonly Case[] {
  const cases: Case[] = [];
  fc.sample(drawnChains, { seed, numRuns: MODELS }).forEach((drawn, i) => {
    const model = chainModel(drawn);
    const { graph, stores } = model.snapshot;
    const schedule = scheduleGraph(graph, inferGraph(graph, { constantOf: heldWeights(stores) }), TARGET);
    const program = planProgram(schedule, ["y"], { isCopied: () => true });
    runProgram(program, model, (kernel, buffers) => {
      const before = buffers.map((buffer) => buffer.slice());
      if (kernel.buffers.some(({ access }) => access === "readwrite"))
        cases.push({ title: `model ${i}, ${kernel.name}`, kernel, buffers: before, sizes: [] });
      return runKernel(kernel, buffers);
    });
  });
  return cases;
}

describe("kernels that work in place give, bit for bit, what the evaluator gives", () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const reason = hasCompiler("gcc") ? "" : ": no gcc on this machine";

  test.skipIf(reason !== "")(`in C (seed ${seed})${reason}`, { timeout: 300_000 }, async () => {
    const cases = casesFor(seed);
    expect(cases.length).toBeGreaterThan(20);
    const answers = await callAll(cases, { compiler: "gcc", target: C_TARGETS.base, flags: ["-O3"] });
    expect(differences(cases, answers).join("\n")).toBe("");
  });

  test(`in WebAssembly (seed ${seed})`, { timeout: 120_000 }, async () => {
    const cases = casesFor(seed);
    expect(differences(cases, await callAllInWasm(cases, WASM_TARGETS.wasm)).join("\n")).toBe("");
  });
});
