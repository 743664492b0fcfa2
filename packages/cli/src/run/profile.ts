import type { NodeTime, RunResult } from "hodu-plugin-sdk";
import { type Repeated, runBenchmark } from "./benchmark.ts";

/** Where the time of a run goes. */
export interface Profile {
  /** What the measured run gave. */
  readonly result: RunResult;
  readonly nodes: readonly ProfiledNode[];
  /** Milliseconds of a run that is measured, and of one that is not. */
  readonly measured: number;
  readonly plain: number;
}

/** A node's time, under the name of its operator and its number among those of it: `Conv_0`. */
export interface ProfiledNode extends NodeTime {
  readonly label: string;
}

/** Warm-up and repetitions end after this time: what takes longer is known well enough. */
const PATIENCE_MS = 1000;
/** Pairs of a plain and a measured run, of which the shortest count. */
const PAIRS = 3;

/** Measures a run by nodes, and what that costs: against runs that are not measured, in turn with them. Throws as `run`. */
export async function runProfile(repeated: Repeated, warmup: number): Promise<Profile> {
  const start = performance.now();
  const isOver = (): boolean => performance.now() - start > PATIENCE_MS;
  for (let i = 0; i < warmup && !isOver(); i++) await runBenchmark(repeated, 0, 1);
  const measuring = { ...repeated, options: { ...repeated.options, profile: true } };
  let plain = Number.POSITIVE_INFINITY;
  let best: { readonly measured: number; readonly result: RunResult } | undefined;
  for (let i = 0; i < PAIRS && (best === undefined || !isOver()); i++) {
    plain = Math.min(plain, (await runBenchmark(repeated, 0, 1)).times[0]);
    const { times, result } = await runBenchmark(measuring, 0, 1);
    if (best === undefined || times[0] < best.measured) best = { measured: times[0], result };
  }
  const { measured, result } = best!;
  return { result, nodes: labelled(result.nodes ?? []), measured, plain };
}

function labelled(nodes: readonly NodeTime[]): ProfiledNode[] {
  const counts = new Map<string, number>();
  return nodes.map((node) => {
    const number = counts.get(node.operator) ?? 0;
    counts.set(node.operator, number + 1);
    return { ...node, label: `${node.operator}_${number}` };
  });
}
