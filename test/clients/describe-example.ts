import { rmSync } from "node:fs";
import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import { backendSuite, formatSuite, type ContractTest, type FormatFixture } from "hodu-plugin-sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import type { ExamplePlugin } from "./example-plugins.ts";

/** Runs the suites of formats and of backends on an example plugin in its process. */
export function describeExample(
  title: string,
  { manifest, program, reason, made }: ExamplePlugin,
  fixtures: readonly FormatFixture[],
): void {
  const skipped = reason === undefined ? "" : ` (skipped: ${reason})`;
  describe.skipIf(reason !== undefined)(`${title}${skipped}`, () => {
    let loaded: Promise<LoadedPlugin> | undefined;
    const load = (): Promise<LoadedPlugin> => (loaded ??= loadInChild(manifest, program));
    afterAll(async () => {
      await (await loaded)?.dispose();
      if (made !== undefined) rmSync(made, { recursive: true });
    });
    const tests: readonly ContractTest[] = [...formatSuite(load, fixtures), ...backendSuite(load).slice(2)];
    it.each(tests)("$name", async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  });
}
