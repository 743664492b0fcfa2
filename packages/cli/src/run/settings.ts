import { HoduError, quote } from "@hodu/core";
import { canonicalDevice } from "@hodu/engine";
import { memoryLimit } from "@hodu/engine/node";

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
  readonly device: string;
  readonly backend?: string;
  readonly precision: string;
  readonly timeout?: string;
  readonly allowExternal?: readonly string[];
  readonly dryRun?: boolean;
  readonly format?: string;
  /** As `--format json`. */
  readonly json?: boolean;
  readonly output?: readonly string[];
  readonly top?: string;
  readonly labels?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** What `hodu run` works with. */
export interface RunSettings {
  readonly device: string;
  readonly backend: string | undefined;
  readonly priority: readonly string[] | undefined;
  readonly precision: "native" | "f64";
  /** Milliseconds. */
  readonly timeout: number | undefined;
  /** Bytes. */
  readonly maxMemory: number;
  readonly seed: number | undefined;
  readonly dims: ReadonlyMap<string, number>;
  readonly tolerance: { readonly relative: number; readonly absolute: number };
}

/** Reads the options and the HODU_ variables. Throws BAD_USAGE, CONFIG. */
export function readSettings(flags: RunFlags, environment: NodeJS.ProcessEnv): RunSettings {
  const timeout = flags.timeout ?? (environment.HODU_TIMEOUT || undefined);
  return {
    device: canonicalDevice(flags.device),
    backend: flags.backend,
    priority: readPriority(environment.HODU_BACKENDS_PRIORITY),
    precision: readPrecision(flags.precision),
    timeout: timeout === undefined ? undefined : readTimeout(timeout, flags.timeout === undefined),
    maxMemory: memoryLimit(environment.HODU_MAX_MEMORY),
    seed: flags.seed === undefined ? undefined : readSeed(flags.seed),
    dims: readDims(flags.dim),
    tolerance: { relative: readTolerance("--rtol", flags.rtol), absolute: readTolerance("--atol", flags.atol) },
  };
}

function readPriority(text: string | undefined): readonly string[] | undefined {
  const names = (text ?? "").split(",").map((name) => name.trim().toLowerCase());
  return names.some((name) => name !== "") ? names.filter((name) => name !== "") : undefined;
}

function readPrecision(text: string): "native" | "f64" {
  if (text === "native" || text === "f64") return text;
  throw usage(`Cannot use --precision ${quote(text)}: expected native or f64`, "--precision f64");
}

const UNITS: Readonly<Record<string, number>> = { "": 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function readTimeout(text: string, fromEnvironment: boolean): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (match !== null && Number(match[1]) > 0) return Number(match[1]) * UNITS[match[2] ?? ""];
  const expected = "expected seconds, or a number with ms, s, m or h";
  if (!fromEnvironment) throw usage(`Cannot use --timeout ${quote(text)}: ${expected}`, "--timeout 30");
  throw new HoduError("CONFIG", `Cannot use HODU_TIMEOUT=${quote(text)}: ${expected}`, {
    hint: "HODU_TIMEOUT=30 hodu run model.onnx",
  });
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

function readTolerance(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && Number.isFinite(value)) return value;
  throw usage(`Cannot use ${flag} ${quote(text)}: expected a number of 0 or more`, `${flag} 1e-3`);
}

function usage(message: string, example: string): HoduError {
  return new HoduError("BAD_USAGE", message, { hint: `hodu run model.onnx ${example}` });
}
