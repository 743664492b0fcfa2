import { C_TARGETS } from "@hodu/compiler/c";
import { describe, expect, test } from "vitest";
import { type Build, callAll, hasCompiler, runsHere } from "./c-program.ts";
import { differences } from "./differences.ts";
import { operationCases } from "./operation-cases.ts";

const SANITIZERS = ["-O1", "-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"];

const BUILDS: readonly Build[] = [
  { compiler: "gcc", target: C_TARGETS.base, flags: ["-O0"] },
  { compiler: "gcc", target: C_TARGETS["x86-64-v3"], flags: ["-O2"] },
  { compiler: "gcc", target: C_TARGETS["x86-64-v4-vnni"], flags: ["-O2"] },
  { compiler: "gcc", target: C_TARGETS.base, flags: SANITIZERS },
  { compiler: "clang", target: C_TARGETS.base, flags: ["-O2"] },
  { compiler: "clang", target: C_TARGETS["x86-64-v4-vnni"], flags: ["-O2"] },
];

describe("every operation on every type in C gives what the evaluator gives, bit for bit", () => {
  for (const build of BUILDS) {
    const { compiler, target, flags } = build;
    const missing = !hasCompiler(compiler) || !runsHere(target);
    const sanitized = flags.length > 1 ? " with sanitizers" : "";
    const title = `${compiler} ${flags[0]} for ${target.name}${sanitized}${missing ? ": not on this machine" : ""}`;
    test.skipIf(missing)(`${title}`, { timeout: 300_000 }, async () => {
      const cases = operationCases(target.vectorBytes);
      const answers = await callAll(cases, build);
      expect(cases.length).toBeGreaterThan(400);
      expect(differences(cases, answers)).toEqual([]);
    });
  }
});
