import type { Weight } from "@hodu/core";
import type { WeightPair } from "./compare-weights.ts";
import type { Change, Rename } from "./differences.ts";

/** What a comparison of two graphs, and those within, finds on its way. */
export interface GraphFindings {
  readonly nodes: Change[];
  readonly renamed: Rename[];
  /** Weights that stand for each other. */
  readonly weights: WeightPair[];
  readonly removedWeights: Weight[];
  readonly addedWeights: Weight[];
  /** Pairs of outputs of the outer graph, by name, that are made by nodes that do not stand for each other. */
  readonly otherOutputs: string[];
}
