import {
  Evaluator,
  graphsIn,
  heldWeights,
  type NamedValue,
  mersenneTwister,
  type Snapshot,
  type Tensor,
  type Value,
} from "@hodu/core";
import type { CompileOptions, RunOptions, RunResult, Session, SessionOptions } from "../../contracts/backend.ts";
import { drive } from "../../steps/drive.ts";
import { quietContext } from "../../testing/contract-test.ts";
import type { CodeGenerator } from "../code-generator.ts";
import { compiledBackend } from "../compiled-backend.ts";

const SEED = 7;

/** A session of a compiled model, opened from a copy of its artifact's bytes. */
export async function openSession(
  generator: CodeGenerator,
  snapshot: Snapshot,
  options: Partial<CompileOptions> = {},
  maxMemory = 1 << 30,
  keep?: SessionOptions["keep"],
): Promise<Session> {
  const backend = compiledBackend(generator);
  const whole: CompileOptions = { device: "cpu", precision: "native", ...options };
  const artifact = await backend.compile({ snapshot, source: undefined }, whole, quietContext());
  const bytes = new Uint8Array(artifact.bytes);
  return backend.load(
    { ...artifact, bytes, isVerified: false },
    undefined,
    { threads: 1, maxMemory, ...(keep && { keep }) },
    quietContext(),
  );
}

/** Compiles a model, runs it once and disposes of it. */
export async function runCompiled(
  generator: CodeGenerator,
  snapshot: Snapshot,
  inputs: readonly NamedValue[],
  options: Partial<CompileOptions> = {},
  run: RunOptions = {},
): Promise<RunResult> {
  const session = await openSession(generator, snapshot, options);
  try {
    return await session.run(inputs, { seed: SEED, ...run }, quietContext());
  } finally {
    await session.dispose();
  }
}

/** What the reference kernels give for a model. */
export async function runReference(snapshot: Snapshot, inputs: readonly NamedValue[]): Promise<readonly Value[]> {
  const tensorOf = heldWeights(snapshot.stores);
  const weights = new Map(
    [...graphsIn(snapshot.graph)].map((graph) => [
      graph,
      new Map<string, Tensor>(graph.weights.map((weight) => [weight.name, tensorOf(weight)!])),
    ]),
  );
  const given = new Map(inputs.map(({ name, value }) => [name, value]));
  const options = { wide: false, maxBytes: 1 << 30, random: mersenneTwister(SEED) };
  const { outputs } = await drive(new Evaluator(snapshot.graph, weights).run(given, options), quietContext().signal);
  return outputs;
}
