import { type LoadedPlugin, loadInChild, loadInProcess, type PluginProgram } from "@hodu/plugin-host";
import type { Manifest, KnownPlugin } from "hodu-plugin-sdk";
import type { ContractTest, PluginUnderTest } from "hodu-plugin-sdk/testing";
import { afterAll, expect, it } from "vitest";

/** A suite for a plugin under test, and one that compares two. */
export interface Suites {
  readonly each: (load: PluginUnderTest) => readonly ContractTest[];
  readonly both: (one: PluginUnderTest, other: PluginUnderTest) => readonly ContractTest[];
}

/** Runs the suites of a plugin as it is, loaded by the host in this process, and in a process of its own. */
export function describeBothWays(
  plugin: KnownPlugin,
  manifest: Manifest,
  program: () => Promise<PluginProgram>,
  { each, both }: Suites,
): void {
  const near = once(() => loadInProcess(manifest, async () => plugin));
  const far = once(async () => loadInChild(manifest, await program()));
  afterAll(async () => {
    await (await near()).dispose();
    await (await far()).dispose();
  });
  register(
    "as it is",
    each(() => plugin),
  );
  register("in process", each(near));
  register("in a process of its own", each(far));
  register("both ways", both(near, far));
}

function register(way: string, tests: readonly ContractTest[]): void {
  for (const { name, run } of tests) {
    it(`${way}: ${name}`, async () => {
      await expect(run()).resolves.toBeUndefined();
    });
  }
}

function once(load: () => Promise<LoadedPlugin>): () => Promise<LoadedPlugin> {
  let loaded: Promise<LoadedPlugin> | undefined;
  return () => (loaded ??= load());
}
