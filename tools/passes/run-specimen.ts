import type { Snapshot, Value } from "@hodu/core";
import { interpPlugin } from "@hodu/engine";
import type { CallContext } from "hodu-plugin-sdk";
import type { Specimen } from "./specimen.ts";

/** What a run gave: the outputs, or that it failed. */
export type Outcome = { readonly outputs: readonly Value[] } | { readonly error: string };

/** Longest time for one run. */
const DEADLINE_MS = 120_000;
const MAX_MEMORY = 2 ** 31;

/** Runs a Snapshot on the inputs of a specimen, random numbers from a fixed seed. */
export async function runSpecimen(
  snapshot: Snapshot,
  { source, inputs }: Specimen,
  precision: "native" | "f64" = "native",
): Promise<Outcome> {
  const interp = interpPlugin.backends!.interp;
  const context: CallContext = { signal: AbortSignal.timeout(DEADLINE_MS), log: () => {}, progress: () => {} };
  try {
    const artifact = await interp.compile({ snapshot, source }, { device: "cpu", precision }, context);
    const session = await interp.load(artifact, source, { threads: 1, maxMemory: MAX_MEMORY }, context);
    const { outputs } = await session.run(inputs, { seed: 0 }, context);
    await session.dispose();
    return { outputs: outputs.map(({ value }) => value) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
