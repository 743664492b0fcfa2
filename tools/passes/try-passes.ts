import { type OptLevel, optimizeModel, type Pass, PIPELINES, runStages, type StageOptions } from "@hodu/compiler";
import { digestSnapshot, type Snapshot, type Value } from "@hodu/core";
import { deepFreeze } from "./deep-freeze.ts";
import { farDifference } from "./near-values.ts";
import { randomOf } from "./random.ts";
import { type Outcome, runSpecimen } from "./run-specimen.ts";
import { bitDifference } from "./same-bits.ts";
import { shakeInputs } from "./shake-inputs.ts";
import type { Specimen } from "./specimen.ts";

/** Runs on shaken inputs where a result seems wrong. */
const SHAKEN_RUNS = 8;

/** A specimen and what it gives without passes. */
export interface Trial {
  readonly specimen: Specimen;
  readonly before: Outcome;
}

/** Makes a specimen ready: frozen, and run once. */
export async function prepareTrial(specimen: Specimen): Promise<Trial> {
  deepFreeze(specimen.snapshot);
  return { specimen, before: await runSpecimen(specimen.snapshot, specimen) };
}

/**
 * Runs passes one after the other, each until it changes nothing, verified after each; then the same once more, which must change nothing.
 * The first thing that is wrong, in words; undefined when nothing is. `onChange` is told each pass that found something.
 */
export async function tryPasses(
  trial: Trial,
  passes: readonly Pass[],
  onChange: (pass: Pass) => void = () => {},
): Promise<string | undefined> {
  const { specimen } = trial;
  const digest = digestSnapshot(specimen.snapshot);
  try {
    let snapshot = specimen.snapshot;
    const changed: Pass[] = [];
    for (const pass of passes) {
      const next = await runPass(snapshot, pass, specimen);
      if (next === snapshot) continue;
      changed.push(pass);
      onChange(pass);
      if ((await runPass(next, pass, specimen)) !== next) return `${pass.name} changes what it has made`;
      snapshot = next;
    }
    if (digestSnapshot(specimen.snapshot) !== digest) return "the model that was given has changed";
    return changed.length === 0 ? undefined : await compareRuns(trial, snapshot, changed);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The whole of a level; a second run must change nothing. */
export async function tryLevel(trial: Trial, level: OptLevel): Promise<string | undefined> {
  const { specimen } = trial;
  const options = optionsFor(specimen);
  try {
    const { snapshot } = await optimizeModel(specimen.snapshot, { level }, options);
    const again = await optimizeModel(snapshot, { level }, options);
    if (digestSnapshot(again.snapshot) !== digestSnapshot(snapshot)) return `-O${level} changes what it has made`;
    return await compareRuns(trial, snapshot, PIPELINES[level]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const optionsFor = ({ readWeight }: Specimen): StageOptions => ({
  verify: true,
  ...(readWeight === undefined ? {} : { readWeight }),
});

/** The very same Snapshot when the pass finds nothing. */
async function runPass(snapshot: Snapshot, pass: Pass, specimen: Specimen): Promise<Snapshot> {
  const stages = new Map([[pass.stage, [{ kind: "pass", pass } as const]]]);
  const { snapshot: next, report } = await runStages(snapshot, { stages, warnings: [] }, optionsFor(specimen));
  if (report.warnings.length > 0) throw new Error(report.warnings.join("; "));
  return report.steps.every(({ rounds }) => rounds === 0) ? snapshot : next;
}

async function compareRuns(
  { specimen, before }: Trial,
  snapshot: Snapshot,
  passes: readonly Pass[],
): Promise<string | undefined> {
  const after = await runSpecimen(snapshot, specimen);
  if ("error" in before) return undefined;
  if ("error" in after) return `the run fails: ${after.error}`;
  if (passes.every(({ accuracy }) => accuracy === "exact")) return firstDifference(before.outputs, after.outputs);
  const exact = await runSpecimen(specimen.snapshot, specimen, "f64");
  if ("error" in exact) return undefined;
  const difference = firstFarDifference(after.outputs, [before.outputs], exact.outputs);
  if (difference === undefined) return undefined;
  return firstFarDifference(after.outputs, [before.outputs, ...(await shakenRuns(specimen))], exact.outputs);
}

/** Runs of the graph as it was on inputs near the given ones: where rounding decides, as in a comparison, they differ. */
async function shakenRuns(specimen: Specimen): Promise<readonly (readonly Value[])[]> {
  const random = randomOf(1);
  const runs: (readonly Value[])[] = [];
  for (let i = 0; i < SHAKEN_RUNS; i++) {
    const run = await runSpecimen(specimen.snapshot, { ...specimen, inputs: shakeInputs(specimen.inputs, random) });
    if ("outputs" in run) runs.push(run.outputs);
  }
  return runs;
}

function firstFarDifference(
  found: readonly Value[],
  before: readonly (readonly Value[])[],
  exact: readonly Value[],
): string | undefined {
  const differences = found.map((value, i) => {
    return farDifference(
      value,
      before.map((outputs) => outputs[i]),
      exact[i],
    );
  });
  const at = differences.findIndex((difference) => difference !== undefined);
  return at < 0 ? undefined : `output ${at}: ${differences[at]}`;
}

function firstDifference(
  expected: Extract<Outcome, { outputs: unknown }>["outputs"],
  found: Extract<Outcome, { outputs: unknown }>["outputs"],
): string | undefined {
  for (const [i, value] of expected.entries()) {
    const difference = bitDifference(found[i], value);
    if (difference !== undefined) return `output ${i}: ${difference}`;
  }
  return undefined;
}
