import { resolve } from "node:path";
import { HoduError } from "@hodu/core";
import { listFolder, readManifest, satisfies } from "@hodu/plugin-host/develop";
import type { LoadedPlugin } from "@hodu/plugin-host";
import { type Manifest, SDK_VERSION } from "hodu-plugin-sdk";
import { shellWord } from "hodu-plugin-sdk/node";
import { atEnd } from "../../at-end.ts";
import { openConfig } from "../../config/config.ts";
import { expandHome } from "../../config/hodu-home.ts";
import { watchInterrupts } from "../../interrupt.ts";
import { storeOf } from "../../plugins/discover.ts";
import { buildInPlace, logOf, type OwnPlugin } from "../../plugin/test/build-in-place.ts";
import { componentChecks } from "../../plugin/test/component-checks.ts";
import { runSuites } from "../../plugin/test/run-suites.ts";
import { TestReport } from "../../plugin/test/test-report.ts";
import { tryModel } from "../../plugin/test/try-model.ts";
import { escapeJson, escapeLine } from "../../terminal/escape.ts";
import { writeResult } from "../../terminal/write.ts";

/** The options of `hodu plugin test`. */
export interface TestFlags {
  readonly model?: string;
  readonly input?: readonly string[];
  readonly rewrites?: boolean;
  readonly debug?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** `hodu plugin test`: builds a plugin, loads it, and holds it to its contract; exit status 1 where it breaks it. */
export async function test(path: string, flags: TestFlags): Promise<void> {
  const folder = resolve(expandHome(path));
  const { input = [], model, json = false } = flags;
  if (model === undefined && input.length > 0) {
    throw new HoduError("BAD_USAGE", "Cannot use --input: found no --model, expected one", {
      hint: `hodu plugin test ${shellWord(path)} --model model.onnx --input x=x.npy`,
    });
  }
  const manifest = readManifest(folder);
  const report = new TestReport(!json);
  report.say(`Testing ${escapeLine(manifest.id)}...`);
  await tryAll({ manifest, folder }, path, flags, report);
  if (json) {
    const { id, version } = manifest;
    const result = { plugin: id, version, passed: report.hasPassed, checks: report.checks };
    await writeResult(`${escapeJson(JSON.stringify(result, null, 2))}\n`);
  }
  if (!report.hasPassed) process.exitCode ??= 1;
}

async function tryAll(own: OwnPlugin, path: string, flags: TestFlags, report: TestReport): Promise<void> {
  const signal = watchInterrupts();
  const plugin = await tryBasics(own, path, flags, report, signal);
  if (plugin === undefined || !report.hasPassed) return sayFailed("basic checks", report);
  report.say("\nBasic tests passed!\n");
  const { rewrites = false, verbose: isVerbose = false } = flags;
  await runSuites({ ...own, plugin, report, rewrites, isVerbose, signal });
  signal.throwIfAborted();
  if (flags.model !== undefined && report.hasPassed)
    await tryModel({ ...own, model: flags.model, inputs: flags.input ?? [], report });
  if (!report.hasPassed) return sayFailed("tests", report);
  report.say("\nAll tests passed!");
}

function sayFailed(what: string, report: TestReport): void {
  const failed = report.checks.filter(({ passed }) => !passed).length;
  report.say(`\n${failed} of ${report.checks.length} ${what} failed.`);
}

/** That it builds, loads, fits this SDK, and is what its manifest says. */
async function tryBasics(
  own: OwnPlugin,
  path: string,
  { debug = false }: TestFlags,
  report: TestReport,
  signal: AbortSignal,
): Promise<LoadedPlugin | undefined> {
  const { manifest, folder } = own;
  const store = storeOf(await openConfig(), process.env);
  const retry = `hodu plugin test ${shellWord(path)}`;
  const isBuilt = await report.attempt("Build succeeded", () => buildInPlace(own, { store, debug, retry, signal }));
  if (isBuilt === undefined) {
    signal.throwIfAborted();
    return undefined;
  }
  const listed = listFolder({ manifest, folder, origin: "path", logFile: logOf(store, manifest.id) });
  const plugin = await report.attempt("Plugin loads correctly", () => listed.load());
  if (plugin === undefined) return undefined;
  atEnd(() => plugin.dispose());
  checkSdk(manifest, report);
  for (const component of manifest.components) {
    for (const line of componentChecks(plugin, component)) report.pass(line);
  }
  return plugin;
}

function checkSdk({ sdk }: Manifest, report: TestReport): void {
  const passed = satisfies(SDK_VERSION, sdk);
  const name = `SDK version compatible (${SDK_VERSION.replace(/\d+$/, "x")})`;
  const message = `it is made for hodu-plugin-sdk ${sdk}, this is ${SDK_VERSION}`;
  report.add({ name, passed, ...(!passed && { message }) });
}
