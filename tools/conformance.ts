/**
 * Runs models on the inputs beside them and compares with the outputs beside them. See docs/conformance.md.
 * Prints a line for each failure, and `N passed, N failed, N skipped` last.
 */
import { writeFileSync } from "node:fs";
import { memoryLimit } from "@hodu/engine/node";
import onnxPlugin from "hodu-format-onnx";
import { isArchive, unpack } from "./conformance/archive.ts";
import { findCases, isNoisy, NOISY_NOTE, type Case } from "./conformance/cases.ts";
import { findBackend } from "./conformance/find-backend.ts";
import { findRoundtrip } from "./conformance/find-roundtrip.ts";
import { type Options, readOptions, USAGE, UsageError } from "./conformance/options.ts";
import { Peer } from "./conformance/peer.ts";
import { type Bench, type CaseResult, runCase, type Status } from "./conformance/run-case.ts";

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else process.exitCode = await runAll(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`Error: ${error.message}\nhint: npm run conformance -- --help`);
  process.exitCode = 2;
}

async function runAll(options: Options): Promise<number> {
  const bench = await openBench(options);
  const { cases, untrusted } = collect(options);
  const results: CaseResult[] = [];
  for (const found of cases) {
    const result = await runCase(found, bench);
    if (result.status !== "passed") console.log(formatResult(result));
    results.push(result);
  }
  bench.peer?.close();
  return report(options, cases, results, untrusted);
}

async function openBench({ backend: name, level, fallback, roundtrip, peer }: Options): Promise<Bench> {
  const isInterp = name.replace(/^hodu-backend-/, "") === "interp";
  return {
    format: onnxPlugin.formats!.onnx,
    backend: await findBackend(name),
    maxMemory: memoryLimit(process.env.HODU_MAX_MEMORY),
    level,
    fallback,
    roundtrip: roundtrip === undefined ? undefined : findRoundtrip(roundtrip),
    peer: peer === undefined ? undefined : Peer.open(peer),
    isInterp,
  };
}

function collect({ paths, only, trusted }: Options): { cases: Case[]; untrusted: number } {
  const cases: Case[] = [];
  let untrusted = 0;
  for (const path of paths) {
    const found = findCases(isArchive(path) ? unpack(path) : path, only, trusted);
    cases.push(...found.cases);
    untrusted += found.untrusted;
  }
  if (cases.length > 0) return { cases, untrusted };
  const left = untrusted > 0 ? `TRUSTED.txt leaves out all ${untrusted}` : "there is no folder with a model.onnx";
  throw new UsageError(`Cannot run: ${left}${only.length > 0 ? ` that matches ${only.join(" or ")}` : ""}`);
}

function formatResult({ name, status, operator, reason }: CaseResult): string {
  const by = operator === undefined ? "" : ` ${operator}:`;
  return `${status === "failed" ? "FAIL" : "skip"} ${name}:${by} ${reason}`;
}

function report(options: Options, cases: readonly Case[], results: readonly CaseResult[], untrusted: number): number {
  const random = results.filter((result) => result.random);
  const counted = results.filter((result) => !result.random);
  const count = (of: readonly CaseResult[], status: Status): number =>
    of.filter((result) => result.status === status).length;
  const totals = {
    passed: count(counted, "passed"),
    failed: count(counted, "failed"),
    skipped: count(counted, "skipped"),
  };
  if (cases.some(({ name }) => isNoisy(name))) console.log(NOISY_NOTE);
  if (untrusted > 0) console.log(`note: ${untrusted} folders do not count, because TRUSTED.txt does not list them`);
  if (random.length > 0) {
    const passed = count(random, "passed");
    console.log(
      `note: ${random.length} random models (test_bernoulli*) are checked for dtype, shape and mean and counted apart: ${passed} passed, ${random.length - passed} failed`,
    );
  }
  if (options.peer !== undefined) {
    const ran = results.filter(({ peer }) => peer === true).length;
    const failed = results.filter(({ peer, status }) => peer === true && status === "failed").length;
    console.log(
      `note: ${options.peer} ran ${ran} of ${cases.length} originals; ${ran - failed} of these it ran after saving too, with the same results`,
    );
  }
  if (options.json !== undefined) {
    const randomTotals = { passed: count(random, "passed"), failed: count(random, "failed") };
    writeReport(options.json, `${JSON.stringify({ ...totals, random: randomTotals, untrusted, results }, null, 2)}\n`);
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return results.some(({ status }) => status === "failed") ? 1 : 0;
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`Cannot write "${file}": ${error instanceof Error ? error.message : String(error)}`);
  }
}
