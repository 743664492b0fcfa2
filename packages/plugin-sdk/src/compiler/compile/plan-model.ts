import {
  bindValues,
  formatReport,
  kernelFusions,
  type OptimizationReport,
  optimizeModel,
  planProgram,
  type Program,
  scheduleGraph,
} from "@hodu/compiler";
import { inferGraph, type Snapshot, type Tensor } from "@hodu/core";
import type { CompileJob } from "./compile-unit.ts";
import { smallConstants } from "./small-constants.ts";
import { type FileWeights, weightBytes } from "./weight-bytes.ts";

/** -O level where none is asked for: all of it. */
export const DEFAULT_LEVEL = 3;

/** A model on the way to code: optimised, and its program. */
export interface PlannedModel {
  readonly snapshot: Snapshot;
  readonly program: Program;
  /** Inputs whose elements would leave fewer calls if they were known. */
  readonly wanted: readonly string[];
  /** Inputs that have become constants of the program. */
  readonly known: ReadonlyMap<string, Tensor>;
  /** The optimisations applied, line by line. */
  readonly lines: readonly string[];
  /** Inputs whose first dim is the size of the program, whose kernels were verified; undefined where it has none. */
  readonly sized?: readonly string[];
}

/**
 * Optimises and schedules a model whose shapes are known. With `values`, those of the inputs that the schedule wants to know become part of
 * the program.
 */
export async function planModel(
  snapshot: Snapshot,
  files: FileWeights,
  values: ReadonlyMap<string, Tensor> | undefined,
  job: CompileJob,
): Promise<PlannedModel> {
  const known = new Map<string, Tensor>();
  for (let current = snapshot; ; ) {
    const { snapshot: optimized, report } = await optimize(current, files, job);
    const { program, wanted, fusions } = programOf(optimized, files, job);
    const missing = wanted.filter((name) => values?.has(name) === true);
    if (values === undefined || missing.length === 0) {
      const lines = linesOf({ ...report, steps: [...report.steps, fusions] });
      return { snapshot: optimized, program, wanted, known, lines };
    }
    for (const name of missing) known.set(name, values.get(name)!);
    current = bindValues(optimized, new Map(missing.map((name) => [name, values.get(name)!])));
  }
}

function programOf(snapshot: Snapshot, files: FileWeights, { target, clock }: CompileJob) {
  const { graph, stores } = snapshot;
  return clock.time("schedule", () => {
    const constantOf = smallConstants(weightBytes(snapshot, files));
    const schedule = scheduleGraph(graph, inferGraph(graph, { constantOf, tolerant: true }), target);
    const names = graph.outputs.map(({ name }) => name);
    const program = planProgram(schedule, names, { isCopied: ({ store }) => stores[store].kind === "bytes" });
    return { program, wanted: schedule.wanted, fusions: kernelFusions(schedule, graph) };
  });
}

/** Optimises a model at the level of the options. */
async function optimize(
  snapshot: Snapshot,
  files: FileWeights,
  { options, context, clock }: CompileJob,
): Promise<Pick<PlannedModel, "snapshot" | "lines"> & { readonly report: OptimizationReport }> {
  const level = options.optLevel ?? DEFAULT_LEVEL;
  const readWeight = weightBytes(snapshot, files);
  const { signal } = context;
  const optimized = await clock.timeLater("optimize", () => optimizeModel(snapshot, { level }, { readWeight, signal }));
  for (const warning of optimized.report.warnings) context.log("warn", warning);
  const { report } = optimized;
  return { snapshot: optimized.snapshot, lines: linesOf(report), report };
}

const linesOf = (report: OptimizationReport): readonly string[] => formatReport(report).split("\n");
