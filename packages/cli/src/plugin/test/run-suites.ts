import type { KnownPlugin } from "hodu-plugin-sdk";
import type { OwnPlugin } from "./build-in-place.ts";
import { FIXTURES, formatFixtures } from "./fixtures.ts";
import { suiteOf } from "./suite-of.ts";
import { messageOf, type TestReport } from "./test-report.ts";

/** A loaded plugin that is held to the contracts of its components. */
export interface SuitesRequest extends OwnPlugin {
  readonly plugin: KnownPlugin;
  readonly rewrites: boolean;
  readonly report: TestReport;
  /** Each test has a line, also one that passes. */
  readonly isVerbose: boolean;
  /** Ends the suites between two tests. */
  readonly signal: AbortSignal;
}

/** Runs the suite of each component: a line for each, and one for each test that fails. Throws the reason of the signal. */
export async function runSuites({
  manifest,
  folder,
  plugin,
  rewrites,
  report,
  isVerbose,
  signal,
}: SuitesRequest): Promise<void> {
  for (const component of manifest.components) {
    const { kind, name } = component;
    const tests = await suiteOf({ plugin, folder, component, rewrites });
    let failed = 0;
    for (const test of tests) {
      signal.throwIfAborted();
      const message = await test.run().then(() => undefined, messageOf);
      if (message !== undefined) failed += 1;
      const check = { name: `${kind} "${name}" ${test.name}`, passed: message === undefined };
      report.add({ ...check, ...(message !== undefined && { message }) }, { isShown: isVerbose || !check.passed });
    }
    if (failed === 0) report.pass(`Contract of ${kind} "${name}": ${tests.length} tests`);
    if (component.kind === "format" && formatFixtures(folder, component).length === 0)
      report.say(`    (no files to read: put some into ${FIXTURES})`);
  }
}
