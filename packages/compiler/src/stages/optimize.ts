import type { Snapshot } from "@hodu/core";
import { type Optimized, runStages, type StageOptions } from "./run-stages.ts";
import { resolveStrategy, type Strategy } from "./strategy.ts";
import type { ForeignTransform } from "./transform.ts";

/** What `optimizeModel` may use beside the strategy. */
export interface OptimizeOptions extends StageOptions {
  /** Transforms of plugins. */
  readonly foreign?: readonly ForeignTransform[];
}

/** Optimises a verified Snapshot by a strategy, such as `{ level: 1 }`. Throws BAD_USAGE, INVALID_GRAPH, and the reason of `signal`. */
export async function optimizeModel(
  snapshot: Snapshot,
  strategy: Strategy,
  options: OptimizeOptions = {},
): Promise<Optimized> {
  return runStages(snapshot, resolveStrategy(strategy, options.foreign, options.strict), options);
}
