import {
  type Graph,
  HoduError,
  type Patch,
  quote,
  type Snapshot,
  type Stage,
  STAGES,
  verifySnapshot,
} from "@hodu/core";
import { applyPatches } from "../rewrite/apply-patches.ts";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { viewSnapshot, type WeightReader } from "../rewrite/view-snapshot.ts";
import { gatherStores } from "../rewrite/gather-stores.ts";
import { MAX_ROUNDS } from "./limits.ts";
import type { PassSummary } from "./pass.ts";
import { countNodes, type OptimizationReport, type StepReport } from "./report.ts";
import type { ResolvedStrategy } from "./strategy.ts";
import { type Step, stepInfo } from "./transform.ts";

/** How stages are run. */
export interface StageOptions {
  /** Verify the model after every built-in pass that changed it, not only after transforms from elsewhere. */
  readonly verify?: boolean;
  /** A transform from elsewhere that fails ends the run; else it is a warning, and the model stays as it was before it. */
  readonly strict?: boolean;
  /** Domains of operators that are known from elsewhere: models may have nodes of them. */
  readonly domains?: ReadonlySet<string>;
  readonly readWeight?: WeightReader;
  readonly signal?: AbortSignal;
  /** Told what begins and ends, and of each change. */
  readonly log?: (message: string) => void;
}

/** An optimised model and what was done. */
export interface Optimized {
  readonly snapshot: Snapshot;
  readonly report: OptimizationReport;
}

/**
 * Runs the stages in their order, each until its steps change nothing more. The Snapshot that is given stays as it is.
 * Throws INVALID_GRAPH for a pass that breaks a rule, and the reason of `signal`.
 */
export async function runStages(
  snapshot: Snapshot,
  { stages, warnings }: ResolvedStrategy,
  options: StageOptions = {},
): Promise<Optimized> {
  const run = new StageRun(snapshot, options);
  for (const stage of STAGES) await run.runStage(stage, stages.get(stage) ?? []);
  const optimized = gatherStores(run.snapshot, snapshot.stores.length);
  const report: OptimizationReport = {
    before: countNodes(snapshot.graph),
    after: countNodes(optimized.graph),
    steps: run.reports(),
    warnings: [...warnings, ...run.warnings],
  };
  return { snapshot: optimized, report };
}

interface Tally {
  readonly name: string;
  readonly summary: PassSummary;
  readonly patterns: Map<string, number>;
  rounds: number;
  removed: number;
}

class StageRun {
  snapshot: Snapshot;
  readonly warnings: string[] = [];
  readonly #options: StageOptions;
  readonly #tallies = new Map<string, Tally>();
  /** Of each step, the Snapshot that it found nothing in. */
  readonly #finished = new Map<Step, Snapshot>();
  /** What passes saw last: most of them change nothing. */
  #viewed: { readonly snapshot: Snapshot; readonly views: readonly PassGraph[] } | undefined;

  constructor(snapshot: Snapshot, options: StageOptions) {
    this.snapshot = snapshot;
    this.#options = options;
  }

  async runStage(stage: Stage, steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return;
    this.#options.log?.(`stage ${stage}: ${steps.map((step) => stepInfo(step).name).join(", ")}`);
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      let isChanged = false;
      for (const step of steps) {
        this.#options.signal?.throwIfAborted();
        if (this.#finished.get(step) === this.snapshot) continue;
        if (isChanged && step.kind === "pass" && step.pass.isLate === true) continue;
        isChanged = (await this.#runStep(step)) || isChanged;
      }
      if (!isChanged) return;
    }
    this.#warn(`stage ${stage} still changes the model after ${MAX_ROUNDS} rounds`);
  }

  reports(): readonly StepReport[] {
    return [...this.#tallies.values()].map((tally) => ({ ...tally, patterns: new Map(tally.patterns) }));
  }

  /** Whether the step changed the model. */
  async #runStep(step: Step): Promise<boolean> {
    const before = this.snapshot;
    const { name } = stepInfo(step);
    try {
      const { patches, places } = await this.#patchesOf(step);
      this.#tally(step);
      if (patches.length > 0) {
        const { snapshot, applied } = applyPatches(before, patches, places);
        if (this.#options.verify === true || step.kind === "foreign") {
          verifySnapshot(snapshot, { domains: this.#options.domains });
        }
        this.snapshot = snapshot;
        this.#record(step, applied, before);
        return true;
      }
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      const message = `transform ${quote(name)} failed: ${error instanceof Error ? error.message : String(error)}`;
      if (step.kind === "pass" || this.#options.strict === true) {
        // a plugin that crashed or took too long says so itself
        if (step.kind === "foreign" && error instanceof HoduError && error.code !== "INVALID_GRAPH") throw error;
        throw new HoduError("INVALID_GRAPH", `Cannot optimise the model: ${message}`, { cause: error });
      }
      this.#warn(`${message}; the model stays as it was before it`);
    }
    this.#finished.set(step, this.snapshot);
    return false;
  }

  async #patchesOf(step: Step): Promise<{ patches: readonly Patch[]; places: ReadonlyMap<Patch, Graph> }> {
    const places = new Map<Patch, Graph>();
    if (step.kind === "foreign") return { patches: await step.transform.apply(this.snapshot, step.config), places };
    if (this.#viewed?.snapshot !== this.snapshot) {
      this.#viewed = { snapshot: this.snapshot, views: viewSnapshot(this.snapshot, this.#options.readWeight) };
    }
    for (const view of this.#viewed.views) {
      for (const patch of step.pass.run(view)) places.set(patch, view.graph);
    }
    return { patches: [...places.keys()], places };
  }

  #tally(step: Step): Tally {
    const { name } = stepInfo(step);
    const known = this.#tallies.get(name);
    if (known !== undefined) return known;
    const summary: PassSummary = step.kind === "pass" ? step.pass.summary : { title: name, counts: "patterns" };
    const tally: Tally = { name, summary, patterns: new Map(), rounds: 0, removed: 0 };
    this.#tallies.set(name, tally);
    return tally;
  }

  #record(step: Step, applied: readonly Patch[], before: Snapshot): void {
    const tally = this.#tally(step);
    const removed = countNodes(before.graph) - countNodes(this.snapshot.graph);
    tally.rounds++;
    tally.removed += removed;
    for (const { pattern } of applied) tally.patterns.set(pattern, (tally.patterns.get(pattern) ?? 0) + 1);
    this.#options.log?.(`${tally.name}: ${applied.length} patches, ${removed} ops fewer`);
  }

  #warn(message: string): void {
    this.warnings.push(message);
    this.#options.log?.(message);
  }
}
