export * from "./program/index.ts";
export { applyPatches, type PatchedSnapshot } from "./rewrite/apply-patches.ts";
export { readsOf } from "./rewrite/captures.ts";
export { type PassGraph } from "./rewrite/pass-graph.ts";
export { viewSnapshot, type WeightReader } from "./rewrite/view-snapshot.ts";
export {
  type RunInputs,
  runSchedule,
  type Schedule,
  type ScheduledBuffer,
  scheduleGraph,
  type ScheduleStep,
  type ScheduleTarget,
  STAND_INS,
} from "./schedule/index.ts";
export { bindValues } from "./specialize/bind-values.ts";
export { kernelFusions } from "./stages/kernel-fusions.ts";
export { migrateStrategy } from "./stages/migrate-strategy.ts";
export { optimizeModel, type OptimizeOptions } from "./stages/optimize.ts";
export { definePass, type Pass, type PassSummary } from "./stages/pass.ts";
export { type OptLevel, PASSES, PIPELINES } from "./stages/pipelines.ts";
export { formatReport, type OptimizationReport, type StepReport } from "./stages/report.ts";
export { type Optimized, runStages, type StageOptions } from "./stages/run-stages.ts";
export { resolveStrategy, type ResolvedStrategy, type Strategy, type TransformChoice } from "./stages/strategy.ts";
export { canonicalTransform } from "./stages/transform-names.ts";
export { type ForeignTransform, type Step, type TransformConfig } from "./stages/transform.ts";
