import { rmSync } from "node:fs";
import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import { backendSuite, formatSuite, type ContractTest, type FormatFixture } from "hodu-plugin-sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import type { ExamplePlugin } from "./example-plugins.ts";

/** Runs the suite of formats, and that of backends where it has one, on an example plugin in its process. */
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
    const hasBackend = manifest.components.some(({ kind }) => kind === "backend");
    const ofBackend = hasBackend ? backendSuite(load).slice(2) : [];
    const tests: readonly ContractTest[] = [...formatSuite(load, fixtures), ...ofBackend];
    it.each(tests)("$name", async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  });
}
