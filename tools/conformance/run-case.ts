import { basename } from "node:path";
import {
  compareValues,
  type GraphInput,
  HoduError,
  numbers,
  type Snapshot,
  type Tolerance,
  type Value,
} from "@hodu/core";
import type { OptLevel } from "@hodu/compiler";
import { decodeImage, fitValue, type ReadModel } from "@hodu/engine";
import { openFile } from "@hodu/engine/node";
import type { BackendPlugin, CallContext, CompileOptions, FormatPlugin, NamedValue, Session } from "hodu-plugin-sdk";
import { checkTypes } from "./check-types.ts";
import { type Case, type DataSet, toleranceOf } from "./cases.ts";
import { optimize } from "./optimize.ts";
import { differenceOf, type Peer } from "./peer.ts";
import { type Roundtrip, saveAndRead, type SavedModel } from "./roundtrip.ts";

/** What the cases run with. */
export interface Bench {
  readonly format: FormatPlugin;
  readonly backend: BackendPlugin;
  readonly maxMemory: number;
  /** How far each model is optimised: before interp gets it, by other backends themselves. */
  readonly level: OptLevel;
  /** Whether nodes may run by their reference kernels on a backend that compiles. */
  readonly fallback: boolean;
  /** Each model is saved and read back before it runs. */
  readonly roundtrip: Roundtrip | undefined;
  /** Another engine, which must give the same before and after. */
  readonly peer: Peer | undefined;
  /** The interpreter runs everything, and node by node: what it does not support is a failure, and each output's type is checked. */
  readonly isInterp: boolean;
}

export type Status = "passed" | "failed" | "skipped";

export interface CaseResult {
  readonly name: string;
  readonly status: Status;
  readonly random: boolean;
  readonly milliseconds: number;
  /** The operator at fault and what is wrong, when it did not pass. */
  readonly operator?: string;
  readonly reason?: string;
  /** With a peer: whether it ran the original. */
  readonly peer?: boolean;
}

/** Longest time for one data set. */
const DEADLINE_MS = 300_000;

/** Runs one case; never throws. */
export async function runCase(found: Case, bench: Bench): Promise<CaseResult> {
  const start = performance.now();
  const verdict = await judge(found, bench);
  return { name: found.name, random: found.random, ...verdict, milliseconds: performance.now() - start };
}

type Verdict = Pick<CaseResult, "status" | "operator" | "reason" | "peer">;

async function judge(found: Case, bench: Bench): Promise<Verdict> {
  if (found.dataSets.length === 0) return { status: "skipped", reason: "no test_data_set_* beside the model" };
  let operator: string | undefined;
  let saved: SavedModel | undefined;
  let peer: boolean | undefined;
  try {
    const tolerance = toleranceOf(found);
    const original = await readModelFile(found, bench);
    operator = operatorsOf(original.snapshot);
    saved = bench.roundtrip && (await saveAndRead(original, bench.roundtrip, newContext()));
    const { source } = saved ?? original;
    const snapshot = bench.isInterp ? await optimize(saved ?? original, bench.level) : (saved ?? original).snapshot;
    const options = await compileOptions(found, snapshot, bench);
    const artifact = await bench.backend.compile({ snapshot, source }, options, newContext());
    const limits = { threads: 0, maxMemory: bench.maxMemory, decodeImage };
    const session = await bench.backend.load(artifact, source, limits, newContext());
    for (const set of found.dataSets) {
      const failure = await runSet({ found, set, snapshot, session, tolerance, format: bench.format });
      if (failure !== undefined) return { status: "failed", operator, ...failure };
    }
    await session.dispose();
    if (saved !== undefined && bench.peer !== undefined) {
      const inputs = await readInputs(found.dataSets[0], snapshot, bench.format);
      const { reason, ran } = await comparePeers(found, saved, bench.peer, inputs);
      if (reason !== undefined) return { status: "failed", operator, reason, peer: ran };
      peer = ran;
    }
    if (bench.isInterp) {
      const inputs = await readInputs(found.dataSets[0], snapshot, bench.format);
      const mismatch = await checkTypes(snapshot, source, inputs, bench.maxMemory, newContext());
      if (mismatch !== undefined) return { status: "failed", ...mismatch };
    }
    return { status: "passed", ...(peer === undefined ? {} : { peer }) };
  } catch (error) {
    const isMissing = !bench.isInterp && error instanceof HoduError && error.code === "UNSUPPORTED";
    return {
      status: isMissing ? "skipped" : "failed",
      operator: operatorOfError(error) ?? operator,
      reason: describeError(error),
    };
  } finally {
    saved?.remove();
  }
}

/** Models are compiled for the shapes of their first inputs. */
async function compileOptions(found: Case, snapshot: Snapshot, bench: Bench): Promise<CompileOptions> {
  const options = { device: "cpu", precision: "native" } as const;
  if (bench.isInterp) return options;
  const inputs = await readInputs(found.dataSets[0], snapshot, bench.format);
  const shapes = inputs.flatMap(({ name, value }) => (value.kind === "tensor" ? [{ name, dims: value.shape }] : []));
  return { ...options, optLevel: bench.level, fallback: bench.fallback, shapes };
}

async function readModelFile({ model }: Case, { format }: Bench): Promise<ReadModel> {
  const source = await openFile(model);
  return { snapshot: await format.loadModel!(source, newContext()), source };
}

/** Whether the other engine ran the original, and what it does with the saved model that it did not with the original. */
async function comparePeers(
  { model }: Case,
  saved: SavedModel,
  peer: Peer,
  inputs: readonly NamedValue[],
): Promise<{ readonly ran: boolean; readonly reason?: string }> {
  const before = await peer.run(model, inputs);
  if ("error" in before) return { ran: false };
  const after = await peer.run(saved.path, inputs);
  if ("error" in after) {
    return { ran: true, reason: `PEER: it ran the original, and of the saved model it says: ${after.error}` };
  }
  const difference = differenceOf(before.outputs, after.outputs);
  if (difference === undefined) return { ran: true };
  // A model with random operators gives something else each time.
  const again = await peer.run(model, inputs);
  const isRandom = "outputs" in again && differenceOf(before.outputs, again.outputs) !== undefined;
  return isRandom ? { ran: true } : { ran: true, reason: `PEER: ${difference}` };
}

interface Failure {
  readonly operator?: string;
  readonly reason: string;
}

interface SetRun {
  readonly found: Case;
  readonly set: DataSet;
  readonly snapshot: Snapshot;
  readonly session: Session;
  readonly tolerance: Tolerance;
  readonly format: FormatPlugin;
}

async function runSet({ found, set, snapshot, session, tolerance, format }: SetRun): Promise<Failure | undefined> {
  const inputs = await readInputs(set, snapshot, format);
  const expected = await Promise.all(set.outputs.map((file) => readValue(file, format)));
  if (found.random) return checkRandom(snapshot, inputs, expected, session);
  const { outputs } = await session.run(inputs, {}, newContext());
  if (expected.length > outputs.length) {
    return { reason: `${set.name}: found ${outputs.length} outputs, expected ${expected.length}` };
  }
  for (const [i, value] of expected.entries()) {
    const fitted = fitValue(value, snapshot.graph.outputs[i].type);
    const difference = compareValues(outputs[i].value, fitted, tolerance);
    if (difference === undefined) continue;
    const reason = `${set.name} output "${outputs[i].name}"${difference.path}: ${difference.message}`;
    return { operator: producerOf(snapshot, outputs[i].name), reason };
  }
  return undefined;
}

/** Input files stand in the order of the graph's inputs; those that a weight stands in for are left out of the count when they have no file. */
export async function readInputs(set: DataSet, snapshot: Snapshot, format: FormatPlugin): Promise<NamedValue[]> {
  const all = snapshot.graph.inputs;
  const needed = all.filter((input) => input.default === undefined);
  const declared: readonly GraphInput[] = set.inputs.length <= needed.length ? needed : all;
  if (set.inputs.length > declared.length) {
    throw new HoduError("BAD_INPUT", `${set.name}: found ${set.inputs.length} inputs, expected ${declared.length}`);
  }
  return Promise.all(
    set.inputs.map(async (file, i) => ({
      name: declared[i].name,
      value: fitValue(await readValue(file, format), declared[i].type),
    })),
  );
}

async function readValue(file: string, format: FormatPlugin): Promise<Value> {
  const { values } = await format.loadTensors!(await openFile(file), {}, newContext());
  if (values.length === 1) return values[0].value;
  throw new HoduError("BAD_TENSOR_FILE", `${basename(file)}: found ${values.length} values, expected one`);
}

/** Runs whose results are taken together, each with another seed. */
const RANDOM_RUNS = 100;
/** Standard deviations that the mean may be off: one in a million honest runs is. */
const RANDOM_SIGMAS = 5;

/** Checks a Bernoulli model: dtype and shape as the reference has them, zeros and ones, and their mean. */
async function checkRandom(
  snapshot: Snapshot,
  inputs: readonly NamedValue[],
  expected: readonly Value[],
  session: Session,
): Promise<Failure | undefined> {
  const probabilities = inputs[0].value;
  const reference = expected[0];
  if (probabilities.kind !== "tensor" || reference.kind !== "tensor") return { reason: "expected tensors" };
  const results = new Set<string>();
  let sum = 0;
  for (let run = 0; run < RANDOM_RUNS; run++) {
    const { outputs } = await session.run(inputs, { seed: run }, newContext());
    const found = outputs[0].value;
    const sameForm =
      found.kind === "tensor" && found.dtype === reference.dtype && found.shape.join() === reference.shape.join();
    if (!sameForm) return { reason: `output "${outputs[0].name}" has another dtype or shape than the reference` };
    const drawn = Array.from(numbers(found));
    const odd = drawn.find((value) => value !== 0 && value !== 1);
    if (odd !== undefined) return { reason: `output "${outputs[0].name}" holds ${odd}, expected 0 or 1` };
    sum += drawn.reduce((total, value) => total + value, 0) / drawn.length;
    results.add(drawn.join());
  }
  const wanted = probabilitiesOfOne(snapshot, Array.from(numbers(probabilities)));
  const mean = wanted.reduce((total, p) => total + p, 0) / wanted.length;
  const variance = wanted.reduce((total, p) => total + p * (1 - p), 0) / wanted.length ** 2;
  // A seed in the model makes all runs alike; then there is one sample only.
  const deviation = Math.sqrt(variance / (results.size === 1 ? 1 : RANDOM_RUNS));
  const found = sum / RANDOM_RUNS;
  if (Math.abs(found - mean) <= RANDOM_SIGMAS * deviation) return undefined;
  return { reason: `output mean is ${found.toFixed(4)}, expected ${mean.toFixed(4)}` };
}

/** The standard's own expansion of Bernoulli gives 1 where the random number is greater than p, so with probability 1 - p. */
function probabilitiesOfOne(snapshot: Snapshot, p: readonly number[]): readonly number[] {
  return snapshot.graph.nodes.some(({ op }) => op === "Greater") ? p.map((value) => 1 - value) : p;
}

function newContext(): CallContext {
  return { signal: AbortSignal.timeout(DEADLINE_MS), log: () => {}, progress: () => {} };
}

/** `Conv`, `Conv, Relu`, or `Conv, Relu, Add and 7 more kinds`. */
function operatorsOf(snapshot: Snapshot): string {
  const kinds = [...new Set(snapshot.graph.nodes.map(({ op }) => op))];
  if (kinds.length <= 3) return kinds.join(", ") || "no operator";
  return `${kinds.slice(0, 3).join(", ")} and ${kinds.length - 3} more kinds`;
}

function producerOf(snapshot: Snapshot, output: string): string | undefined {
  return snapshot.graph.nodes.find(({ outputs }) => outputs.includes(output))?.op;
}

const operatorOfError = (error: unknown): string | undefined =>
  error instanceof HoduError ? error.where.operator : undefined;

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.split("\n").join(" | ");
  if (error instanceof HoduError) return `${error.code}: ${text}`;
  return `${error.name}: ${text}${error.stack?.match(/\n\s+(at .*)/)?.[1].replace(/^/, " ") ?? ""}`;
}
