import { printSnapshot, type Snapshot } from "@hodu/core";
import type { Artifact, CompileOptions } from "../../contracts/backend.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Model } from "../../contracts/model.ts";
import { pacer } from "../../steps/drive.ts";
import { LATE_PART, writeArtifact } from "../artifact/write-artifact.ts";
import type { CodeGenerator } from "../code-generator.ts";
import type { ArtifactContent, ProgramUnit } from "../program-unit.ts";
import { bindDefaults, hasDefaults } from "./bind-defaults.ts";
import { bindShapes, hasStaticInputs, type InputDims } from "./bind-shapes.ts";
import { compileReport } from "./compile-report.ts";
import { type CompiledUnit, type CompileJob, compileUnit } from "./compile-unit.ts";
import { PhaseClock } from "./phase-clock.ts";
import { DEFAULT_LEVEL, type PlannedModel, planModel } from "./plan-model.ts";
import { planSized } from "./plan-sized.ts";
import { sizedInputs } from "./sized-inputs.ts";
import { type FileWeights, readFileWeights } from "./weight-bytes.ts";

/** Compiles a model to an artifact: its program where all is known that it depends on, and what later runs compile where it is not. */
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
  const { content, optimized, compiled } = await contentOf(model.snapshot, files, job);
  const bytes = await job.clock.timeLater("write", () => writeArtifact(content, compiled?.constants, pace));
  const { device, precision } = options;
  const report = compileReport({
    lines: optimized.lines,
    compiled,
    phases: job.clock.phases,
    stages: new Set(options.dump),
    snapshot: () => printSnapshot(model.snapshot, { elide: true }),
    optimized: () => printSnapshot(optimized.snapshot, { elide: true }),
  });
  return { backend: generator.id, version: generator.version, device, precision, bytes, report, isVerified: true };
}

interface CompiledContent {
  readonly content: ArtifactContent;
  readonly optimized: Pick<PlannedModel, "snapshot" | "lines">;
  readonly compiled: CompiledUnit | undefined;
}

const NONE: ReadonlySet<string> = new Set();
const NO_DIMS: InputDims = new Map();

/** What depends on shapes, on elements of inputs, or on defaults that are overridden, is compiled when these are seen. */
async function contentOf(snapshot: Snapshot, files: FileWeights, job: CompileJob): Promise<CompiledContent> {
  const { options } = job;
  const dims = new Map(options.shapes?.map((shape) => [shape.name, shape.dims]));
  const bound = bindDefaults({ ...snapshot, graph: bindShapes(snapshot.graph, dims) }, NONE);
  const planned = hasStaticInputs(bound.graph) ? await planModel(bound, files, undefined, job) : undefined;
  const usual = bindDefaults(snapshot, NONE);
  const isOpen = !hasStaticInputs(usual.graph) || planned === undefined || planned.wanted.length > 0;
  if (!isOpen && !hasDefaults(snapshot.graph)) {
    const compiled = await compileUnit(planned, files, snapshot, job);
    return { content: { unit: withoutConstants(compiled), model: undefined }, optimized: planned, compiled };
  }
  const sized = planned === undefined ? sizedInputs(bound.graph, NO_DIMS) : undefined;
  const ofSize = await planSized(bound, sized, NONE, files, job);
  // what is optimised without shapes is only shown where there is a program for any
  const open =
    isOpen && (ofSize === undefined || isShown(options)) ? await planModel(usual, files, undefined, job) : planned;
  const wanted = [...new Set([...(open?.wanted ?? []), ...(planned?.wanted ?? [])])];
  // what was optimised for defaults is for them only
  const kept = hasDefaults(snapshot.graph) || ofSize !== undefined ? snapshot : open!.snapshot;
  const model = { snapshot: kept, wanted, options: unitOptions(options) };
  const ahead = planned !== undefined && planned.wanted.length === 0 ? planned : ofSize;
  const compiled = ahead && (await compileUnit(ahead, files, undefined, job));
  const unit = compiled && withoutConstants(compiled);
  return { content: { unit, model }, optimized: planned ?? open ?? ofSize!, compiled };
}

const isShown = ({ dump }: CompileOptions): boolean => dump?.includes("optimized") === true;

const withoutConstants = ({ unit }: CompiledUnit): ProgramUnit => ({ ...unit, constants: LATE_PART });

function unitOptions({ optLevel = DEFAULT_LEVEL, reproducible = false, fallback = true }: CompileOptions) {
  return { optLevel, reproducible, fallback };
}
