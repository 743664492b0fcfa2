import { describe, expect, it } from "vitest";
import { definePlugin } from "../define-plugin.ts";
import { backendSuite } from "../testing/backend-suite.ts";
import { compiledBackend } from "./compiled-backend.ts";
import { evaluatorGenerator } from "./testing/evaluator-generator.ts";

for (const reachesAllMemory of [true, false])
  describe(`a backend whose kernels reach ${reachesAllMemory ? "any memory" : "memory of their own"}`, () => {
    const generator = evaluatorGenerator({ reachesAllMemory });
    const plugin = definePlugin({
      manifest: {
        id: generator.id,
        version: generator.version,
        description: "Runs kernels by the evaluator.",
        author: "The Hodu authors",
        license: "Apache-2.0",
        sdk: "^0.3.0",
        components: [{ kind: "backend", name: "evaluator", devices: ["cpu"], capabilities: ["run"] }],
      },
      backends: { evaluator: compiledBackend(generator) },
    });
    it.each(backendSuite(() => plugin))("$name", async ({ run }) => expect(await run()).toBeUndefined());
  });
