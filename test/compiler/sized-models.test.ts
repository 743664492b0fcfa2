import { compareValues, type Snapshot } from "@hodu/core";
import type { CodeGenerator } from "hodu-plugin-sdk/compiler";
import { describe, expect, test } from "vitest";
import { batchedAttention, batchedNetwork, wave } from "../../packages/plugin-sdk/src/compiler/testing/batch-models.ts";
import { openSession, runReference } from "../../packages/plugin-sdk/src/compiler/testing/run-compiled.ts";
import { quietContext } from "../../packages/plugin-sdk/src/testing/contract-test.ts";
import { generator as cpu } from "../../plugins/backend-cpu/src/generator.ts";
import { unavailable } from "../../plugins/backend-cpu/src/unavailable.ts";
import { wasmGenerator } from "../../plugins/backend-wasm/src/generator.ts";

const TOLERANCE = { relative: 1e-4, absolute: 1e-5 };
const BATCHES = [1, 2, 3, 7, 64];

const MODELS: readonly (readonly [name: string, snapshot: Snapshot, dims: readonly number[]])[] = [
  ["images", batchedNetwork(), [2, 6, 6]],
  ["an attention", batchedAttention(17), [17, 8]],
];

/** Runs all batches in one session, whose code was made once. */
async function expectAllBatches(generator: CodeGenerator, snapshot: Snapshot, dims: readonly number[]): Promise<void> {
  let made = 0;
  const counting: CodeGenerator = {
    ...generator,
    async generate(...all) {
      made++;
      return generator.generate(...all);
    },
  };
  const session = await openSession(counting, snapshot);
  for (const batch of BATCHES) {
    const inputs = [{ name: "x", value: wave([batch, ...dims]) }];
    const [expected] = await runReference(snapshot, inputs);
    const { outputs } = await session.run(inputs, {}, quietContext());
    expect(compareValues(outputs[0].value, expected, TOLERANCE)).toBeUndefined();
    const atOnce = session.runSync!(inputs, {}, quietContext());
    expect(compareValues(atOnce.outputs[0].value, expected, TOLERANCE)).toBeUndefined();
  }
  expect(made).toBe(1);
  await session.dispose();
}

describe("code that was made once runs any batch", () => {
  const missing = unavailable();
  const reason = missing === undefined ? "" : `: ${missing}`;

  test.skipIf(missing !== undefined).each(MODELS)(`of %s, on cpu${reason}`, async (_, snapshot, dims) =>
    expectAllBatches(cpu, snapshot, dims),
  );

  test.each(MODELS)("of %s, in WebAssembly", async (_, snapshot, dims) =>
    expectAllBatches(wasmGenerator, snapshot, dims),
  );
});
