import { formatReport, optimizeModel } from "@hodu/compiler";
import { printSnapshot, type Snapshot } from "@hodu/core";
import type { Artifact, CompileOptions, CompileReport } from "../../contracts/backend.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Model } from "../../contracts/model.ts";
import { pacer } from "../../steps/drive.ts";
import { writeArtifact } from "../artifact/write-artifact.ts";
import type { CodeGenerator } from "../code-generator.ts";
import type { ArtifactContent } from "../program-unit.ts";
import { bindShapes, hasStaticInputs } from "./bind-shapes.ts";
import { compileReport } from "./compile-report.ts";
import { type CompiledUnit, type CompileJob, compileUnit } from "./compile-unit.ts";
import { PhaseClock } from "./phase-clock.ts";
import { type FileWeights, readFileWeights, weightBytes } from "./weight-bytes.ts";

/** -O level where none is asked for: all of it. */
const DEFAULT_LEVEL = 3;

/** Compiles a model to an artifact: its program where its shapes are known, and what later shapes are compiled from where they are not. */
export async function compileModel(
  generator: CodeGenerator,
  model: Model,
  options: CompileOptions,
  context: CallContext,
): Promise<Artifact> {
  const pace = pacer(context.signal, "compile the model");
  const target = await generator.target(options, context);
  const job: CompileJob = { generator, target, options, context, clock: new PhaseClock(), pace };
  const files = await job.clock.timeLater("weights", () => readFileWeights(model, pace));
  const { snapshot } = model;
  const dims = new Map(options.shapes?.map((shape) => [shape.name, shape.dims]));
  const isStatic = hasStaticInputs(snapshot.graph);
  const bound = { ...snapshot, graph: bindShapes(snapshot.graph, dims) };
  const open = isStatic ? undefined : await optimize(snapshot, files, job);
  const ready = hasStaticInputs(bound.graph) ? await optimize(bound, files, job) : undefined;
  const compiled = ready && (await compileUnit(ready.snapshot, weightBytes(ready.snapshot, files), snapshot, job));
  const content: ArtifactContent = {
    unit: compiled && (isStatic ? compiled.unit : { ...compiled.unit, reference: undefined }),
    model: open && { snapshot: open.snapshot, options: unitOptions(options) },
  };
  const bytes = await job.clock.timeLater("write", () => writeArtifact(content, pace));
  const { device, precision } = options;
  const report = reportOf(snapshot, (ready ?? open)!, compiled, job);
  return { backend: generator.id, version: generator.version, device, precision, bytes, report };
}

/** An optimised model, and what was done to it, line by line. */
export interface OptimizedModel {
  readonly snapshot: Snapshot;
  readonly lines: readonly string[];
}

/** Optimises a model at the level of the options. */
export async function optimize(snapshot: Snapshot, files: FileWeights, job: CompileJob): Promise<OptimizedModel> {
  const { options, context, clock } = job;
  const level = options.optLevel ?? DEFAULT_LEVEL;
  const { signal } = context;
  const optimized = await clock.timeLater("optimize", () =>
    optimizeModel(snapshot, { level }, { readWeight: weightBytes(snapshot, files), signal }),
  );
  for (const warning of optimized.report.warnings) context.log("warn", warning);
  return { snapshot: optimized.snapshot, lines: formatReport(optimized.report).split("\n") };
}

function unitOptions({ optLevel = DEFAULT_LEVEL, reproducible = false, fallback = true }: CompileOptions) {
  return { optLevel, reproducible, fallback };
}

function reportOf(
  snapshot: Snapshot,
  { snapshot: optimized, lines }: OptimizedModel,
  compiled: CompiledUnit | undefined,
  { options, clock }: CompileJob,
): CompileReport {
  return compileReport({
    lines,
    compiled,
    phases: clock.phases,
    stages: new Set(options.dump),
    snapshot: () => printSnapshot(snapshot),
    optimized: () => printSnapshot(optimized),
  });
}
