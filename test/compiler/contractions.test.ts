import { C_TARGETS, type CTarget } from "@hodu/compiler/c";
import { WASM_TARGETS } from "@hodu/compiler/wasm";
import { scheduleGraph, type ScheduleTarget } from "@hodu/compiler";
import { heldWeights, inferGraph } from "@hodu/core";
import { runKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attentionModel, DRAWN_FOR_ATTENTION } from "../../packages/compiler/src/schedule/testing/attention-models.ts";
import { contractionModel, DRAWN_NUMBERS } from "../../packages/compiler/src/schedule/testing/contraction-models.ts";
import { outputsOf } from "../../packages/compiler/src/schedule/testing/sample-schedule.ts";
import { callAll, hasCompiler, runsHere } from "./c-program.ts";
import { differences } from "./differences.ts";
import type { Case } from "./operation-cases.ts";
import { callAllInWasm } from "./wasm-calls.ts";

/** Products and convolutions, and attentions in one pass over the keys. */
const KINDS = [
  { modelOf: contractionModel, drawn: DRAWN_NUMBERS, models: 80 },
  { modelOf: attentionModel, drawn: DRAWN_FOR_ATTENTION, models: 12 },
] as const;

/** Kernels that are at least among them. */
const FEWEST_CASES = 50;

/** The kernels of random models, each with what it is called with. */
function casesFor(seed: number, target: ScheduleTarget): readonly Case[] {
  const cases: Case[] = [];
  const models = KINDS.flatMap(({ modelOf, drawn, models: numRuns }) => {
    const numbers = fc.array(fc.nat(1000), { minLength: drawn, maxLength: drawn });
    return fc.sample(numbers, { seed, numRuns }).map(modelOf);
  });
  models.forEach((model, i) => {
    const facts = inferGraph(model.snapshot.graph, { constantOf: heldWeights(model.snapshot.stores) });
    outputsOf(model, scheduleGraph(model.snapshot.graph, facts, target), (kernel, buffers) => {
      const before = buffers.map((buffer) => buffer.slice());
      cases.push({ title: `model ${i}, ${kernel.name}`, kernel, buffers: before, sizes: [] });
      return runKernel(kernel, buffers);
    });
  });
  return cases;
}

const scheduleFor = ({ name, vectorBytes }: CTarget, isReproducible: boolean): ScheduleTarget => ({
  name,
  vectorBytes,
  registers: 16,
  hasFma: true,
  isReproducible,
});

const reasonNotTo = (target: CTarget): string =>
  !hasCompiler("gcc") ? ": no gcc on this machine" : runsHere(target) ? "" : ": not on this processor";

describe("the kernels of random products, convolutions and attentions give, bit for bit, what the evaluator gives", () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  // of a target that rounds a product and its sum apart, as the evaluator does; others do where results must be the same everywhere
  for (const [target, isReproducible] of [
    [C_TARGETS.base, false],
    [C_TARGETS["x86-64-v3"], true],
    [C_TARGETS["x86-64-v4"], true],
  ] as const)
    test.skipIf(reasonNotTo(target) !== "")(
      `in C for ${target.name}${isReproducible ? ", reproducible" : ""} (seed ${seed})${reasonNotTo(target)}`,
      { timeout: 300_000 },
      async () => {
        const cases = casesFor(seed, scheduleFor(target, isReproducible));
        expect(cases.length).toBeGreaterThan(FEWEST_CASES);
        const answers = await callAll(cases, { compiler: "gcc", target, flags: ["-O1"] });
        expect(differences(cases, answers).join("\n")).toBe("");
      },
    );

  for (const isReproducible of [false, true])
    test(`in WebAssembly${isReproducible ? ", reproducible" : ""} (seed ${seed})`, { timeout: 120_000 }, async () => {
      const cases = casesFor(seed, scheduleFor(C_TARGETS.base, isReproducible));
      expect(cases.length).toBeGreaterThan(FEWEST_CASES);
      expect(differences(cases, await callAllInWasm(cases, WASM_TARGETS.wasm)).join("\n")).toBe("");
    });
});
