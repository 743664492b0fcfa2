import type { Graph, Node } from "@hodu/core";
import type { Schedule } from "../schedule/types.ts";
import type { StepReport } from "./report.ts";

/** What scheduling fused, as a step of a report: for each kernel that computes several nodes of the graph, their operators. */
export function kernelFusions({ steps }: Schedule, { nodes }: Graph): StepReport {
  const byOrigin = new Map<string, Set<Node>>();
  for (const node of nodes) {
    if (MOVES.has(node.op)) continue;
    for (const name of node.origin) byOrigin.set(name, (byOrigin.get(name) ?? new Set()).add(node));
  }
  const patterns = new Map<string, number>();
  const seen = new Set<string>();
  for (const step of steps) {
    if (step.kind !== "kernel") continue;
    const { origin } = step.kernel;
    // a value may take several kernels
    if (seen.size === seen.add(origin.join("\n")).size) continue;
    const fused = new Set(origin.flatMap((name) => [...(byOrigin.get(name) ?? [])]));
    const pattern = [...fused].map(({ op }) => op).join("+");
    if (fused.size > 1 && fused.size <= LONGEST) patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1);
  }
  return {
    name: "schedule",
    summary: { title: "Operator fusion", counts: "patterns" },
    rounds: 1,
    removed: 0,
    patterns,
  };
}

/** Operators that cost a kernel nothing but other indices. */
const MOVES: ReadonlySet<string> = new Set(["Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"]);

/** Operators of a kernel that are listed: what is longer says nothing to a reader. */
const LONGEST = 6;
