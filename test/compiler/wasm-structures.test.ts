import { WASM_TARGETS } from "@hodu/compiler/wasm";
import { type Expression, type Kernel, typeOf } from "@hodu/core/kernel-ir";
import { describe, expect, test } from "vitest";
import { differences } from "./differences.ts";
import { loweredCases } from "./lowered-cases.ts";
import type { Case } from "./operation-cases.ts";
import { functionCases, structureCases } from "./structure-cases.ts";
import { callAllInWasm } from "./wasm-calls.ts";

const WHAT: Readonly<Record<string, () => readonly Case[]>> = {
  "reductions, masks, arrays, guards, loops of all kinds, deep expressions": structureCases,
  "the elementary functions": functionCases,
  "the samples of every operator that is lowered": () => loweredCases(WASM_TARGETS.wasm.vectorBytes),
};

describe("kernels in WebAssembly give what the evaluator gives, bit for bit", () => {
  for (const [title, casesOf] of Object.entries(WHAT))
    test(`${title}`, { timeout: 300_000 }, async () => {
      const cases = casesOf().filter(({ kernel }) => !hasExactDouble(kernel));
      expect(cases.length).toBeGreaterThan(30);
      for (const target of [WASM_TARGETS.wasm, WASM_TARGETS["wasm-threads"]])
        expect(differences(cases, await callAllInWasm(cases, target))).toEqual([]);
    });
});

/** Whether a kernel has an exact fma of f64, which the targets do not have. */
function hasExactDouble({ body }: Kernel): boolean {
  return contains(body);

  function contains(part: unknown): boolean {
    if (typeof part !== "object" || part === null) return false;
    const { kind, exact } = part as { readonly kind?: unknown; readonly exact?: unknown };
    if (kind === "fma" && exact === true && typeOf(part as Expression).scalar === "f64") return true;
    return Object.values(part).some(contains);
  }
}
