import type { Snapshot } from "@hodu/core";
import type { Pass } from "../stages/pass.ts";
import { runStages } from "../stages/run-stages.ts";

/** Runs one pass until it changes nothing, verified each time; the very same Snapshot when it changes nothing at all. For tests. */
export async function runPass(snapshot: Snapshot, pass: Pass): Promise<Snapshot> {
  const stages = new Map([[pass.stage, [{ kind: "pass", pass } as const]]]);
  const { snapshot: next, report } = await runStages(snapshot, { stages, warnings: [] }, { verify: true });
  return report.steps.every(({ rounds }) => rounds === 0) ? snapshot : next;
}

/** The operators of the main graph, in order. */
export const ops = ({ graph }: Snapshot): readonly string[] => graph.nodes.map(({ op }) => op);
