import { allOperators } from "@hodu/core";
import { runKernel } from "@hodu/core/kernel-ir";
import { kernelsOf, outputsOf } from "../../packages/compiler/src/schedule/testing/sample-schedule.ts";
import type { Case } from "./operation-cases.ts";

/** The kernels of every operator's samples, each with what it is called with. */
export function loweredCases(vectorBytes: number): readonly Case[] {
  const cases: Case[] = [];
  for (const definition of allOperators()) {
    if (definition.lower === undefined) continue;
    definition.samples!().forEach((sample, i) => {
      const kernels = kernelsOf(definition, sample, vectorBytes);
      if (kernels === undefined) return;
      outputsOf(...kernels, (kernel, buffers) => {
        const before = buffers.map((buffer) => buffer.slice());
        cases.push({ title: `${definition.name} ${i}, ${kernel.name}`, kernel, buffers: before, sizes: [] });
        return runKernel(kernel, buffers);
      });
    });
  }
  return cases;
}
