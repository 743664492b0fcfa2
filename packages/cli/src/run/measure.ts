import type { RunResult } from "hodu-plugin-sdk";
import { type OpenModel, weightBytes } from "@hodu/engine";
import { escapeJson } from "../terminal/escape.ts";
import { type Benchmark, benchmarkAsJson, formatBenchmark, type Repeated, runBenchmark } from "./benchmark.ts";
import { formatProfileReport, profileAsJson } from "./format-profile.ts";
import { type Profile, runProfile } from "./profile.ts";
import { type Product, productRate } from "./product-rate.ts";
import type { RunFlags, RunSettings } from "./settings.ts";
import type { RunTimes } from "./times.ts";

/** What was found by `--benchmark`, by `--profile`, or by both. */
export interface Measurement {
  readonly benchmark: Benchmark | undefined;
  readonly profile: Profile | undefined;
  /** GFLOP/s of a matrix product, where a compiled model was profiled. */
  readonly productRate: number | undefined;
  /** Of the run that was measured last. */
  readonly result: RunResult;
}

/** Whether a run is to be measured: then what was measured is printed in place of the outputs. */
export const isMeasured = ({ benchmark, profile }: RunFlags): boolean => benchmark !== undefined || profile === true;

/** Runs a model as often as the options want it. Throws as `run`. */
export async function measure(
  repeated: Repeated,
  flags: RunFlags,
  settings: RunSettings,
  open: (product: Product) => Promise<OpenModel>,
): Promise<Measurement> {
  const runs = settings.benchmark;
  const benchmark = runs === undefined ? undefined : await runBenchmark(repeated, settings.warmup, runs);
  const profile = flags.profile ? await runProfile(repeated, benchmark === undefined ? settings.warmup : 0) : undefined;
  const isCompiled = profile?.nodes.some(({ compiled, flops = 0 }) => compiled === true && flops > 0) ?? false;
  const rate = isCompiled ? await productRate(open, repeated.context) : undefined;
  return { benchmark, profile, productRate: rate, result: (profile ?? benchmark)!.result };
}

/** What was measured, as text or JSON. */
export function formatMeasurement(
  { benchmark, profile, productRate: rate }: Measurement,
  { snapshot }: OpenModel,
  { load, compile, isCached }: RunTimes,
  isJson: boolean,
): string {
  const report = profile && {
    ...profile,
    load,
    compile,
    isCached,
    weightBytes: weightBytes(snapshot),
    productRate: rate,
  };
  if (isJson) {
    const parts = { ...(report && profileAsJson(report)), ...(benchmark && { benchmark: benchmarkAsJson(benchmark) }) };
    return `${escapeJson(JSON.stringify(report === undefined ? parts.benchmark : parts))}\n`;
  }
  return [...(benchmark ? [formatBenchmark(benchmark)] : []), ...(report ? [formatProfileReport(report)] : [])].join(
    "\n",
  );
}
