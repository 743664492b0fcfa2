import { decodeTable } from "@hodu/core";
import { type ElementArray, type Memory, runKernel } from "@hodu/core/kernel-ir";
import type { Answer } from "./c-program.ts";
import type { Case } from "./operation-cases.ts";

/**
 * What the evaluator finds other than a compiled kernel did: one line for the first difference of each call. NaN equals
 * NaN; after a guard that did not hold, memory is not looked at: other turns may have run.
 */
export function differences(cases: readonly Case[], answers: readonly Answer[]): readonly string[] {
  return cases.flatMap(({ title, kernel, buffers, sizes }, call) => {
    const expected = buffers.map((buffer) => buffer.slice());
    const status = runKernel(kernel, expected, sizes);
    const found = answers[call];
    if (status !== found.status) return [`${title}: status ${found.status}, expected ${status}`];
    if (status !== 0) return [];
    return expected.flatMap((elements, i) => {
      const { memory } = kernel.buffers[i];
      const at = elements.findIndex((_: unknown, j: number) => !isSame(memory, elements, found.buffers[i], j));
      if (at < 0) return [];
      const inputs = buffers.slice(0, -1).map((buffer) => buffer[at]);
      return [
        `${title}: element ${at} of (${inputs.map(shown).join(", ")}) is ${shown(found.buffers[i][at])}, expected ${shown(elements[at])}`,
      ];
    });
  });
}

function isSame(memory: Memory, a: ElementArray, b: ElementArray, i: number): boolean {
  if (Object.is(a[i], b[i])) return true;
  if (memory !== "f16" && memory !== "bf16") return false;
  const table = decodeTable(memory);
  return Number.isNaN(table[Number(a[i])]) && Number.isNaN(table[Number(b[i])]);
}

const shown = (value: number | bigint): string => (Object.is(value, -0) ? "-0" : String(value));
