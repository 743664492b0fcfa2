import type { CallContext, NamedValue, RunOptions, RunResult, Session } from "hodu-plugin-sdk";
import { type Statistics, statisticsOf } from "./statistics.ts";

/** What is run again and again. */
export interface Repeated {
  readonly session: Session;
  readonly inputs: readonly NamedValue[];
  readonly options: RunOptions;
  readonly context: CallContext;
}

/** What a benchmark found. */
export interface Benchmark {
  readonly warmup: number;
  /** Milliseconds of each measured run. */
  readonly times: readonly number[];
  /** What the last run gave. */
  readonly result: RunResult;
}

/** Runs a model `warmup` times, then `runs` times (at least once) with a clock. Throws as `run`. */
export async function runBenchmark(repeated: Repeated, warmup: number, runs: number): Promise<Benchmark> {
  const { session, inputs, options, context } = repeated;
  for (let i = 0; i < warmup; i++) await session.run(inputs, options, context);
  const times: number[] = [];
  for (;;) {
    const start = performance.now();
    const result = await session.run(inputs, options, context);
    times.push(performance.now() - start);
    if (times.length >= runs) return { warmup, times, result };
  }
}

const LABELS: readonly (readonly [string, keyof Statistics])[] = [
  ["Mean", "mean"],
  ["Std", "std"],
  ["Min", "min"],
  ["Max", "max"],
  ["P50", "p50"],
  ["P95", "p95"],
  ["P99", "p99"],
];

/** A benchmark as a person reads it. */
export function formatBenchmark({ warmup, times }: Benchmark): string {
  const statistics = statisticsOf(times);
  const digits = statistics.mean < 0.1 ? 4 : 2;
  const lines = LABELS.map(
    ([label, name]) => `  ${`${label}:`.padEnd(6)} ${statistics[name].toFixed(digits).padStart(7)} ms`,
  );
  return [
    `Warmup: ${warmup} ${warmup === 1 ? "run" : "runs"}`,
    `Benchmark: ${times.length} ${times.length === 1 ? "run" : "runs"}`,
    "",
    "Results:",
    ...lines,
    "",
  ].join("\n");
}

/** The same for machines: milliseconds. */
export function benchmarkAsJson({ warmup, times }: Benchmark): object {
  const statistics = statisticsOf(times);
  const members = LABELS.map(([, name]) => [`${name}_ms`, round(statistics[name])]);
  return { warmup, runs: times.length, ...Object.fromEntries(members), times_ms: times.map(round) };
}

const round = (milliseconds: number): number => Number(milliseconds.toFixed(4));
