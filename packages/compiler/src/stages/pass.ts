import type { AccuracyClass, Patch, Stage } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";

/** What a report says a pass did: nodes that went, or patterns that were found. */
export interface PassSummary {
  /** `Constant folding`; passes of one title are summed. */
  readonly title: string;
  readonly counts: "eliminated" | "removed" | "patterns";
}

/** One rewrite of graphs. See docs/adding-a-pass.md. */
export interface Pass {
  /** In kebab-case, as the file is named. */
  readonly name: string;
  readonly stage: Stage;
  /** Passes that must stand before it in a pipeline. */
  readonly requires: readonly string[];
  /** How far results may stray from those of the graph as it was; "exact": not by a bit. */
  readonly accuracy: Exclude<AccuracyClass, "random">;
  readonly summary: PassSummary;
  /** It waits for a round in which the steps before it changed nothing: it would hide the patterns that they look for. */
  readonly isLate?: boolean;
  /** The patches for one graph of a model, the graphs inside it come by themselves. Those that touch one another wait for the next round. */
  run(graph: PassGraph): readonly Patch[];
}

/** Types a literal as a pass. */
export function definePass(pass: Pass): Pass {
  return pass;
}
