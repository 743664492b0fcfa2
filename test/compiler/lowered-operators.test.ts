import { C_TARGETS } from "@hodu/compiler/c";
import { WASM_TARGETS } from "@hodu/compiler/wasm";
import { describe, expect, test } from "vitest";
import { callAll, hasCompiler } from "./c-program.ts";
import { differences } from "./differences.ts";
import { loweredCases } from "./lowered-cases.ts";
import { callAllInWasm } from "./wasm-calls.ts";

// of targets that round a product and its sum apart, as the evaluator does: with others the last bits differ
describe("the kernels of every operator that is lowered give, bit for bit, what the evaluator gives", () => {
  for (const vectorBytes of [0, C_TARGETS.base.vectorBytes])
    test.skipIf(!hasCompiler("gcc"))(
      `in C, with vectors of ${vectorBytes} bytes${hasCompiler("gcc") ? "" : ": no gcc on this machine"}`,
      { timeout: 300_000 },
      async () => {
        const cases = loweredCases(vectorBytes);
        expect(cases.length).toBeGreaterThan(400);
        const answers = await callAll(cases, { compiler: "gcc", target: C_TARGETS.base, flags: ["-O1"] });
        expect(differences(cases, answers).join("\n")).toBe("");
      },
    );

  for (const vectorBytes of [0, 16])
    test(`in WebAssembly, with vectors of ${vectorBytes} bytes`, { timeout: 120_000 }, async () => {
      const cases = loweredCases(vectorBytes);
      expect(cases.length).toBeGreaterThan(400);
      expect(differences(cases, await callAllInWasm(cases, WASM_TARGETS.wasm)).join("\n")).toBe("");
    });
});
