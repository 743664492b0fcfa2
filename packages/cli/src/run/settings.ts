import { HoduError, quote } from "@hodu/core";
import { canonicalDevice } from "@hodu/engine";
import { type CacheOptions, memoryLimit } from "@hodu/engine/node";
import type { OptLevel } from "hodu-plugin-sdk";
import { cacheSettings } from "../cache/cache-settings.ts";
import type { Config } from "../config/config.ts";
import { readTolerance } from "./read-tolerance.ts";

/** Measured runs of --benchmark without a number, and runs before them. */
const BENCHMARK_RUNS = 10;
const WARMUP_RUNS = 3;

/** The options of `hodu run` as the command line gives them. */
export interface RunFlags {
  readonly input?: readonly string[];
  /** Comma separated, as `-I` gives them. */
  readonly inputs?: readonly string[];
  readonly randomInputs?: boolean;
  readonly seed?: string;
  readonly dim?: readonly string[];
  readonly expect?: readonly string[];
  readonly rtol: string;
  readonly atol: string;
  readonly device?: string;
  readonly backend?: string;
  readonly precision: string;
  readonly timeout?: string;
  readonly allowExternal?: readonly string[];
  readonly dryRun?: boolean;
  readonly format?: string;
  /** As `--format json`. */
  readonly json?: boolean;
  readonly output?: readonly string[];
  /** A folder, as `-o DIR/`. */
  readonly outputDir?: string;
  readonly top?: string;
  readonly labels?: string;
  readonly optLevel?: string;
  /** `NAME` or `NAME:key=value,...` each. */
  readonly transform?: readonly string[];
  readonly threads?: string;
  /** A number of runs; true: without one. */
  readonly benchmark?: string | true;
  readonly warmup?: string;
  readonly profile?: boolean;
  /** `STAGE` or `STAGE=FOLDER` each. */
  readonly dump?: readonly string[];
  readonly trace?: string;
  /** false: --no-cache. */
  readonly cache?: boolean;
  readonly reproducible?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** What `hodu run` works with. */
export interface RunSettings {
  readonly device: string;
  readonly backend: string | undefined;
  readonly priority: readonly string[];
  readonly precision: "native" | "f64";
  readonly optLevel: OptLevel;
  readonly reproducible: boolean;
  /** Undefined: nothing is kept. */
  readonly cache: CacheOptions | undefined;
  /** Undefined: one run, whose outputs are given. */
  readonly benchmark: number | undefined;
  /** Runs before those that are measured. */
  readonly warmup: number;
  /** 0: as many as the machine has cores. */
  readonly threads: number;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  /** Bytes. */
  readonly maxMemory: number;
  /** Whether the memory of a run is kept for the next. */
  readonly keepMemory: boolean;
  /** How the outputs are given: pretty, json, or a format. */
  readonly format: string;
  readonly seed: number | undefined;
  readonly dims: ReadonlyMap<string, number>;
  readonly tolerance: { readonly relative: number; readonly absolute: number };
}

/** The format of the outputs that an option names. */
export const givenFormat = ({ json, format }: RunFlags): string | undefined => (json ? "json" : format);

/** What `-o` and `--output-dir` give: `PATH` or `NAME=PATH` each. */
export function outputArguments({ output = [], outputDir }: RunFlags): readonly string[] {
  return outputDir === undefined ? output : [...output, `${outputDir.replace(/[/\\]+$/, "")}/`];
}

/** What a run works with: options before variables, the configuration file and defaults. Throws BAD_USAGE, CONFIG. */
export function readSettings(flags: RunFlags, config: Config): RunSettings {
  const megabytes = config.get("runtime.max_memory").value;
  return {
    device: canonicalDevice(config.get("defaults.device", flags.device).value),
    backend: flags.backend,
    priority: config.get("backends.priority").value.map((name) => name.toLowerCase()),
    precision: readPrecision(flags.precision),
    optLevel: config.get("build.opt_level", flags.optLevel).value as OptLevel,
    reproducible: flags.reproducible ?? false,
    cache: flags.cache === false ? undefined : cacheSettings(config),
    benchmark: flags.benchmark === true ? BENCHMARK_RUNS : readCount("--benchmark", flags.benchmark, 1),
    warmup: readCount("--warmup", flags.warmup, 0) ?? WARMUP_RUNS,
    threads: config.get("runtime.num_threads", flags.threads).value,
    timeout: config.get("runtime.timeout", flags.timeout).value,
    maxMemory: memoryLimit(megabytes === undefined ? undefined : String(megabytes)),
    keepMemory: config.get("runtime.use_memory_pool").value,
    // The option names any format that writes files; the configuration what a terminal is given.
    format: givenFormat(flags) ?? config.get("defaults.output_format").value,
    seed: flags.seed === undefined ? undefined : readSeed(flags.seed),
    dims: readDims(flags.dim),
    tolerance: {
      relative: readTolerance("--rtol", flags.rtol, "hodu run model.onnx"),
      absolute: readTolerance("--atol", flags.atol, "hodu run model.onnx"),
    },
  };
}

/** Throws BAD_USAGE for what is no whole number, or less than `least`. */
function readCount(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,7}$/.test(text) && Number(text) >= least) return Number(text);
  throw usage(`Cannot use ${flag} ${quote(text)}: expected a whole number, ${least} or more`, `${flag} 10`);
}

function readPrecision(text: string): "native" | "f64" {
  if (text === "native" || text === "f64") return text;
  throw usage(`Cannot use --precision ${quote(text)}: expected native or f64`, "--precision f64");
}

function readSeed(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw usage(`Cannot use --seed ${quote(text)}: expected a whole number from 0 to ${2 ** 32 - 1}`, "--seed 1");
}

function readDims(texts: readonly string[] = []): ReadonlyMap<string, number> {
  const dims = new Map<string, number>();
  for (const text of texts) {
    const match = /^(.+)=(\d+)$/s.exec(text);
    if (match === null || !Number.isSafeInteger(Number(match[2]))) {
      throw usage(`Cannot use --dim ${quote(text)}: expected a name and a size`, "--dim batch=4");
    }
    dims.set(match[1], Number(match[2]));
  }
  return dims;
}

function usage(message: string, example: string): HoduError {
  return new HoduError("BAD_USAGE", message, { hint: `hodu run model.onnx ${example}` });
}
