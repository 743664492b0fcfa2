import { type Graph, graphsIn } from "@hodu/core";
import type { PassSummary } from "./pass.ts";

/** What the steps of a run did. */
export interface OptimizationReport {
  /** Operators of all graphs of the model. */
  readonly before: number;
  readonly after: number;
  /** In the order in which they first ran; steps that changed nothing too. */
  readonly steps: readonly StepReport[];
  readonly warnings: readonly string[];
}

/** What one pass or transform did over all rounds. */
export interface StepReport {
  readonly name: string;
  readonly summary: PassSummary;
  /** Times that it changed the model. */
  readonly rounds: number;
  /** Operators that it made fewer; negative when it made more. */
  readonly removed: number;
  /** How often each pattern was found. */
  readonly patterns: ReadonlyMap<string, number>;
}

/** Nodes of a graph and of the graphs inside it. */
export function countNodes(graph: Graph): number {
  return [...graphsIn(graph)].reduce((sum, { nodes }) => sum + nodes.length, 0);
}

/** The list that `--verbose` prints: a line for each kind of optimisation that did something, and the total. */
export function formatReport({ before, after, steps }: OptimizationReport): string {
  const lines = ["Optimizations applied:"];
  const titles = new Map<string, StepReport[]>();
  for (const step of steps) titles.set(step.summary.title, [...(titles.get(step.summary.title) ?? []), step]);
  for (const [title, group] of titles) lines.push(...formatGroup(title, group));
  lines.push(`  Total: ${countOps(before)} → ${countOps(after)}`);
  return lines.join("\n");
}

function formatGroup(title: string, group: readonly StepReport[]): readonly string[] {
  const [{ summary }] = group;
  const removed = group.reduce((sum, step) => sum + step.removed, 0);
  if (summary.counts !== "patterns") return removed > 0 ? [`  ✓ ${title}: ${countOps(removed)} ${summary.counts}`] : [];
  const patterns = new Map<string, number>();
  for (const step of group)
    for (const [name, count] of step.patterns) patterns.set(name, (patterns.get(name) ?? 0) + count);
  const total = [...patterns.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const sorted = [...patterns].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return [
    `  ✓ ${title}: ${total} ${total === 1 ? "pattern" : "patterns"} matched`,
    ...sorted.map(([name, count]) => `    - ${name}: ${count}`),
  ];
}

const countOps = (count: number): string => `${count} ${count === 1 ? "op" : "ops"}`;
