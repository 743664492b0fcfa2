import { C_TARGETS } from "@hodu/compiler/c";
import { describe, expect, test } from "vitest";
import { type Build, callAll, hasCompiler } from "./c-program.ts";
import { SANITIZERS } from "./builds.ts";
import { differences } from "./differences.ts";
import { hasSuite, suiteCases } from "./suite-cases.ts";

/** A tenth of the suite, or all of it with HODU_FULL_TESTS=1. */
const every = process.env.HODU_FULL_TESTS === "1" ? 1 : 10;

/** Kernels of one program: compilers take long for larger ones. */
const BATCH = 100;

// of a target that rounds a product and its sum apart, as the evaluator does
const target = { name: "base", vectorBytes: 16, registers: 16, hasFma: false, isReproducible: false };

const BUILDS: readonly Build[] = [
  { compiler: "gcc", target: C_TARGETS.base, flags: SANITIZERS },
  { compiler: "clang", target: C_TARGETS.base, flags: ["-O1"] },
];

const why = hasSuite ? "" : ": the suite is not here";

describe.skipIf(!hasSuite)(`the kernels of one in ${every} models of the ONNX node suite${why}`, async () => {
  const cases = hasSuite ? await suiteCases(every, target) : [];
  for (const build of BUILDS)
    test.skipIf(!hasCompiler(build.compiler))(
      `give what the evaluator gives with ${build.compiler} ${build.flags.join(" ")}, warnings being errors`,
      { timeout: 1_800_000 },
      async () => {
        expect(cases.length).toBeGreaterThan(600 / every);
        for (let first = 0; first < cases.length; first += BATCH) {
          const some = cases.slice(first, first + BATCH);
          expect(differences(some, await callAll(some, build)).join("\n")).toBe("");
        }
      },
    );
});
