import { WASM_TARGETS, type WasmTarget } from "@hodu/compiler/wasm";
import { describe, expect, test } from "vitest";
import { differences } from "./differences.ts";
import { type Case, operationCases } from "./operation-cases.ts";
import { callAllInWasm } from "./wasm-calls.ts";
import { hasRelaxedVectors } from "./wasm-engine.ts";

/** Vectors of half a register, of one, and of four; what they leave is done in single elements. */
const VECTOR_BYTES = [8, 16, 64];

describe("every operation on every type in WebAssembly gives what the evaluator gives, bit for bit", () => {
  const targets: readonly WasmTarget[] = Object.values(WASM_TARGETS);
  for (const target of targets)
    for (const vectorBytes of VECTOR_BYTES) {
      const isHere = !target.name.includes("relaxed") || hasRelaxedVectors();
      const reason = isHere ? "" : " (no relaxed vectors here)";
      test.skipIf(!isHere)(
        `${target.name}, vectors of ${vectorBytes} bytes${reason}`,
        { timeout: 120_000 },
        async () => {
          const cases = operationCases(vectorBytes).filter(fits);
          const answers = await callAllInWasm(cases, target);
          expect(cases.length).toBeGreaterThan(400);
          expect(differences(cases, answers)).toEqual([]);
        },
      );
    }
});

/** Indices have 32 bits here, and the exact fma of f64 is not there. */
function fits({ title }: Case): boolean {
  return !/exact fma f64|cast [iu](64|32) to index/.test(title);
}
