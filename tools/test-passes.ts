/**
 * Tries the passes of the compiler: each alone, each level, and random orders. See docs/adding-a-pass.md.
 * Prints what failed, where it was saved, how often each pass found something, and `N passed, N failed, N skipped` last.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Pass, PASSES, PIPELINES } from "@hodu/compiler";
import { printSnapshot } from "@hodu/core";
import type { Case } from "./conformance/cases.ts";
import { findModels, readSpecimen } from "./passes/corpus.ts";
import { generateSpecimen } from "./passes/generate-graph.ts";
import { type Options, readOptions, USAGE } from "./passes/options.ts";
import { type Random, randomOf } from "./passes/random.ts";
import { shrink } from "./passes/shrink.ts";
import { prepareTrial, type Trial, tryPasses, tryLevel } from "./passes/try-passes.ts";

/** How often each pass found something. */
const fired = new Map<string, number>(PASSES.map(({ name }) => [name, 0]));
const totals = { passed: 0, failed: 0, skipped: 0 };

const options = readOptions(process.argv.slice(2));
if (options === undefined) process.stdout.write(USAGE);
else process.exitCode = await main(options);

async function main(chosen: Options): Promise<number> {
  console.log(`seed ${chosen.seed}`);
  const models = findModels(chosen.paths);
  if (models.length === 0) {
    console.log(`skipped: there are no models at ${chosen.paths.join(", ")}`);
    totals.skipped++;
  }
  for (const model of models) await tryEach(await open(model), chosen);
  for (let i = 0; i < chosen.generated; i++) await tryEach(await generated(chosen.seed * 1_000_000 + i), chosen);
  const random = randomOf(chosen.seed);
  for (let i = 0; i < chosen.orders; i++) await tryOrder(random, models, chosen);
  console.log(`found: ${[...fired].map(([name, times]) => `${name} ${times}`).join(", ")}`);
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed === 0 ? 0 : 1;
}

function count({ name }: Pass): void {
  fired.set(name, fired.get(name)! + 1);
}

async function open(model: Case): Promise<Trial> {
  return prepareTrial(await readSpecimen(model));
}

async function generated(seed: number): Promise<Trial> {
  const trial = await prepareTrial(generateSpecimen(seed));
  if ("error" in trial.before) throw new Error(`Cannot run the graph of seed ${seed}: ${trial.before.error}`);
  return trial;
}

/** Each pass alone, and each level: one test. */
async function tryEach(trial: Trial, chosen: Options): Promise<void> {
  for (const pass of PASSES) {
    const reason = await tryPasses(trial, [pass], count);
    if (reason !== undefined) return fail(trial, [pass], reason, chosen);
  }
  for (const level of [1, 2, 3] as const) {
    const reason = await tryLevel(trial, level);
    if (reason !== undefined) return fail(trial, PIPELINES[level], reason, chosen);
  }
  totals.passed++;
}

/** Passes in a random order, some of them more than once: one test. */
async function tryOrder(random: Random, models: readonly Case[], chosen: Options): Promise<void> {
  const fromModels = models.length > 0 && random.oneIn(3);
  const trial = await (fromModels ? open(random.pick(models)) : generated(random.whole(0, 2 ** 31 - 1)));
  const order = Array.from({ length: random.whole(2, 12) }, () => random.pick(PASSES));
  const reason = await tryPasses(trial, order, count);
  if (reason === undefined) totals.passed++;
  else await fail(trial, order, reason, chosen);
}

async function fail(
  { specimen }: Trial,
  passes: readonly Pass[],
  reason: string,
  { seed, save }: Options,
): Promise<void> {
  totals.failed++;
  const smallest = await shrink({ specimen, passes, reason });
  mkdirSync(save, { recursive: true });
  const file = join(save, `${specimen.name.replaceAll(/[^A-Za-z0-9_-]+/g, "-")}.txt`);
  const names = smallest.passes.map(({ name }) => name).join(" ");
  const notes = [
    `# seed ${seed}, ${specimen.name}`,
    `# passes: ${names}`,
    `# ${smallest.reason.split("\n").join(" ")}`,
  ];
  writeFileSync(file, `${notes.join("\n")}\n${printSnapshot(smallest.specimen.snapshot)}`);
  console.log(`FAIL ${specimen.name}: ${names}: ${smallest.reason}; saved as ${file}`);
}
