import { describe, expect, test } from "vitest";
import { builds } from "./builds.ts";
import { callAll } from "./c-program.ts";
import { differences } from "./differences.ts";
import { operationCases } from "./operation-cases.ts";
import { functionCases, structureCases } from "./structure-cases.ts";

describe("every operation on every type, and every statement, in C gives what the evaluator gives, bit for bit", () => {
  for (const { build, isMissing, title } of builds)
    test.skipIf(isMissing)(`${title}`, { timeout: 300_000 }, async () => {
      const { features, vectorBytes } = build.target;
      const functions = features.includes("fma") ? [] : functionCases();
      const cases = [...operationCases(vectorBytes), ...structureCases(), ...functions];
      const answers = await callAll(cases, build);
      expect(cases.length).toBeGreaterThan(500);
      expect(differences(cases, answers).join("\n")).toBe("");
    });
});
