import type { OptimizationReport } from "@hodu/compiler";
import type { EventSink } from "hodu-plugin-sdk";

/** Tells of each transform that changed the model. */
export function publishApplied(
  { steps }: OptimizationReport,
  stageOf: (transform: string) => string,
  publish: EventSink,
): void {
  for (const { name, rounds, patterns } of steps) {
    if (rounds === 0) continue;
    const changes = [...patterns.values()].reduce((sum, count) => sum + count, 0);
    publish({ type: "TransformApplied", transform: name, stage: stageOf(name), changes });
  }
}
