import type { RunResult } from "hodu-plugin-sdk";
import { type OpenModel, weightBytes } from "@hodu/engine";
import { escapeJson } from "../terminal/escape.ts";
import { type Benchmark, benchmarkAsJson, formatBenchmark, type Repeated, runBenchmark } from "./benchmark.ts";
import { formatProfileReport, profileAsJson } from "./format-profile.ts";
import { type Profile, runProfile } from "./profile.ts";
import type { RunFlags, RunSettings } from "./settings.ts";
import type { RunTimes } from "./times.ts";

/** What was found by `--benchmark`, by `--profile`, or by both. */
export interface Measurement {
  readonly benchmark: Benchmark | undefined;
  readonly profile: Profile | undefined;
  /** Of the run that was measured last. */
  readonly result: RunResult;
}

/** Whether a run is to be measured: then what was measured is printed in place of the outputs. */
export const isMeasured = ({ benchmark, profile }: RunFlags): boolean => benchmark !== undefined || profile === true;

/** Runs a model as often as the options want it. Throws as `run`. */
export async function measure(repeated: Repeated, flags: RunFlags, settings: RunSettings): Promise<Measurement> {
  const runs = settings.benchmark;
  const benchmark = runs === undefined ? undefined : await runBenchmark(repeated, settings.warmup, runs);
  const profile = flags.profile ? await runProfile(repeated, benchmark === undefined ? settings.warmup : 0) : undefined;
  return { benchmark, profile, result: (profile ?? benchmark)!.result };
}

/** What was measured, as text or JSON. */
export function formatMeasurement(
  { benchmark, profile }: Measurement,
  { snapshot }: OpenModel,
  { load, compile, isCached }: RunTimes,
  isJson: boolean,
): string {
  const report = profile && { ...profile, load, compile, isCached, weightBytes: weightBytes(snapshot) };
  if (isJson) {
    const parts = { ...(report && profileAsJson(report)), ...(benchmark && { benchmark: benchmarkAsJson(benchmark) }) };
    return `${escapeJson(JSON.stringify(report === undefined ? parts.benchmark : parts))}\n`;
  }
  return [...(benchmark ? [formatBenchmark(benchmark)] : []), ...(report ? [formatProfileReport(report)] : [])].join(
    "\n",
  );
}
