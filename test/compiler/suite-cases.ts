import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { optimizeModel, runSchedule, scheduleGraph, type ScheduleTarget } from "@hodu/compiler";
import { heldWeights, inferGraph } from "@hodu/core";
import { type ElementArray, type Kernel, runKernel } from "@hodu/core/kernel-ir";
import type { Case as SuiteCase } from "../../tools/conformance/cases.ts";
import { findModels, readSpecimen } from "../../tools/passes/corpus.ts";
import type { Case } from "./operation-cases.ts";

const SUITE = fileURLToPath(new URL("../../../shared/data/onnx-node.tar.xz", import.meta.url));

export const hasSuite = existsSync(SUITE);

/** The kernels of every `every`-th model of the ONNX node suite, for a target, each once with what a run calls it with. */
export async function suiteCases(every: number, target: ScheduleTarget): Promise<readonly Case[]> {
  const cases = new Map<string, Case>();
  for (const model of findModels([SUITE]).filter((_, i) => i % every === 0)) {
    for (const found of await kernelsOf(model, target)) {
      const key = textOf(found.kernel);
      if (!cases.has(key)) cases.set(key, found);
    }
  }
  return [...cases.values()];
}

/** Kernels that differ in what they are called only have one text. */
const textOf = (kernel: Kernel): string =>
  JSON.stringify({ ...kernel, name: "", origin: [] }, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );

/** The calls of a run at -O3; none of models that do not consist of kernels. */
async function kernelsOf(model: SuiteCase, target: ScheduleTarget): Promise<readonly Case[]> {
  const { snapshot: given, inputs, readWeight } = await readSpecimen(model);
  const { snapshot } = await optimizeModel(given, { level: 3 }, { ...(readWeight && { readWeight }) });
  const weight = heldWeights(snapshot.stores);
  const schedule = scheduleGraph(snapshot.graph, inferGraph(snapshot.graph, { constantOf: weight }), target);
  if (schedule.steps.some(({ kind }) => kind === "call")) return [];
  const found: Case[] = [];
  runSchedule(schedule, {
    inputs: new Map(inputs.map(({ name, value }) => [name, value])),
    weight: (each) => weight(each)!,
    call: () => [],
    kernel: (kernel: Kernel, buffers: readonly ElementArray[]): number => {
      const before = buffers.map((buffer) => buffer.slice());
      found.push({ title: `${model.name}: ${kernel.name}`, kernel, buffers: before, sizes: [] });
      return runKernel(kernel, buffers);
    },
  });
  return found;
}
