import { WASM_TARGETS } from "@hodu/compiler/wasm";
import { describe, expect, test } from "vitest";
import { differences } from "./differences.ts";
import { type Case, operationCases } from "./operation-cases.ts";
import { callAllInWasm } from "./wasm-calls.ts";
import { hasRelaxedVectors } from "./wasm-engine.ts";

/** The lanes of the cases: none, those of one register, and of four. */
const VECTOR_BYTES = [1, 16, 64];

describe("every operation on every type in WebAssembly gives what the evaluator gives, bit for bit", () => {
  for (const target of [WASM_TARGETS.wasm, WASM_TARGETS["wasm-relaxed-threads"]])
    for (const vectorBytes of VECTOR_BYTES) {
      const isHere = !target.name.includes("relaxed") || hasRelaxedVectors();
      const title = `${target.name}, vectors of ${vectorBytes} bytes${isHere ? "" : " (no relaxed vectors here)"}`;
      test.skipIf(!isHere)(title, { timeout: 120_000 }, async () => {
        const cases = operationCases(vectorBytes).filter(fits);
        const answers = await callAllInWasm(cases, target);
        expect(cases.length).toBeGreaterThan(400);
        expect(differences(cases, answers)).toEqual([]);
      });
    }
});

/** Indices have 32 bits here, and the exact fma of f64 is not there. */
function fits({ title }: Case): boolean {
  return !/exact fma f64|cast [iu](64|32) to index/.test(title);
}
