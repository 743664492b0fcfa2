import { scheduleGraph, type ScheduleTarget } from "@hodu/compiler";
import { C_TARGETS, type CTarget } from "@hodu/compiler/c";
import { WASM_TARGETS } from "@hodu/compiler/wasm";
import { heldWeights, inferGraph } from "@hodu/core";
import { printKernel, runKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantizedModel, QUANTIZED_NUMBERS } from "../../packages/compiler/src/schedule/testing/quantized-models.ts";
import { outputsOf } from "../../packages/compiler/src/schedule/testing/sample-schedule.ts";
import { callAll, hasCompiler, runsHere } from "./c-program.ts";
import { differences } from "./differences.ts";
import type { Case } from "./operation-cases.ts";
import { callAllInWasm } from "./wasm-calls.ts";

const MODELS = 60;

/** The kernels of random products and convolutions of bytes, each with what it is called with. */
function casesFor(seed: number, { name, vectorBytes }: CTarget, dots: 2 | 4): readonly Case[] {
  const target: ScheduleTarget = { name, vectorBytes, registers: 16, hasFma: true, isReproducible: false, dots };
  const cases: Case[] = [];
  const numbers = fc.array(fc.nat(1000), { minLength: QUANTIZED_NUMBERS, maxLength: QUANTIZED_NUMBERS });
  fc.sample(numbers, { seed, numRuns: MODELS }).forEach((drawn, i) => {
    const model = quantizedModel(drawn);
    const facts = inferGraph(model.snapshot.graph, { constantOf: heldWeights(model.snapshot.stores) });
    outputsOf(model, scheduleGraph(model.snapshot.graph, facts, target), (kernel, buffers) => {
      const before = buffers.map((buffer) => buffer.slice());
      cases.push({ title: `model ${i}, ${kernel.name}`, kernel, buffers: before, sizes: [] });
      return runKernel(kernel, buffers);
    });
  });
  expect(cases.length).toBeGreaterThan(MODELS / 2);
  expect(cases.some(({ kernel }) => printKernel(kernel).includes(`dot${dots}(`))).toBe(true);
  return cases;
}

const reasonNotTo = (compiler: string, target: CTarget): string =>
  !hasCompiler(compiler) ? `: no ${compiler} on this machine` : runsHere(target) ? "" : ": not on this processor";

describe("the kernels of random products of bytes give, bit for bit, what the evaluator gives", () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  for (const [compiler, target, dots] of [
    ["gcc", C_TARGETS.base, 2],
    ["gcc", C_TARGETS["x86-64-v3"], 2],
    ["clang", C_TARGETS["x86-64-v4"], 2],
    ["gcc", C_TARGETS["x86-64-v4-vnni"], 4],
    ["clang", C_TARGETS["x86-64-v4-vnni"], 4],
  ] as const) {
    const reason = reasonNotTo(compiler, target);
    test.skipIf(reason !== "")(
      `in C by ${compiler} for ${target.name} (seed ${seed})${reason}`,
      { timeout: 300_000 },
      async () => {
        const cases = casesFor(seed, target, dots);
        expect(differences(cases, await callAll(cases, { compiler, target, flags: ["-O1"] })).join("\n")).toBe("");
      },
    );
  }

  test(`in WebAssembly (seed ${seed})`, { timeout: 120_000 }, async () => {
    const cases = casesFor(seed, C_TARGETS.base, 2);
    expect(differences(cases, await callAllInWasm(cases, WASM_TARGETS.wasm)).join("\n")).toBe("");
  });
});
