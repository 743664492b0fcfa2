import type { KernelContext, Steps } from "../../kernels/context.ts";
import type { Rows } from "./rows.ts";

/** Comparisons at a node, in TreeEnsemble's numbering; the older operators call them BRANCH_LEQ, ... */
export const MODES = ["LEQ", "LT", "GTE", "GT", "EQ", "NEQ", "MEMBER"] as const;

/** Decision trees over one list of nodes. A child is a node's index, or ~leaf for a leaf. */
export interface Forest {
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  /** Indices of MODES. */
  readonly mode: Uint8Array;
  readonly split: Float64Array;
  readonly onTrue: Int32Array;
  readonly onFalse: Int32Array;
  /** 1: NaN goes to the true branch. */
  readonly missingTrue: Uint8Array;
  /** The sets of nodes of mode MEMBER. */
  readonly members: ReadonlyMap<number, ReadonlySet<number>>;
  readonly votes: Votes;
}

/** Leaf l adds weights[i] to targets[i] for i in starts[l]..starts[l + 1]. */
export interface Votes {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float64Array;
}

/** What becomes of the votes for a target, in TreeEnsemble's numbering. */
export const AGGREGATES = ["AVERAGE", "SUM", "MIN", "MAX"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

interface Failing {
  fail(rule: string): never;
}

/** n_targets, or the largest target of a leaf plus one. */
export function targetCount(stated: number | undefined, { votes }: Forest, context: Failing): number {
  let count = stated ?? 0;
  if (stated === undefined) for (const target of votes.targets) count = Math.max(count, target + 1);
  if (count < 1) context.fail(`n_targets ${count} must be at least 1`);
  return count;
}

/** Fails unless every child exists and no node is reached from itself, which makes every walk end. */
export function checkForest(forest: Forest, context: Failing): void {
  const nodes = forest.feature.length;
  const leaves = forest.votes.starts.length - 1;
  /** 0: not seen, 1: on the way from a root, 2: done. */
  const state = new Uint8Array(nodes);
  const isNew = (child: number): boolean => {
    if (child < 0 ? ~child >= leaves : child >= nodes) {
      context.fail(`a tree has no ${child < 0 ? `leaf ${~child}` : `node ${child}`}`);
    }
    if (child < 0) return false;
    if (state[child] === 1) context.fail(`node ${child} of a tree must not be its own descendant`);
    return state[child] === 0;
  };
  for (const root of forest.roots) {
    const stack = isNew(root) ? [root] : [];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const next = state[node] === 2 ? undefined : enter(node);
      if (next === undefined) stack.pop();
      else stack.push(next);
    }
  }

  /** The next child of a node that is still to be walked; marks the node as done when there is none. */
  function enter(node: number): number | undefined {
    state[node] = 1;
    if (isNew(forest.onTrue[node])) return forest.onTrue[node];
    if (isNew(forest.onFalse[node])) return forest.onFalse[node];
    state[node] = 2;
    return undefined;
  }
}

/** Node visits between two yields. */
const YIELD_AFTER = 1 << 19;

/** The aggregated votes for each target of each row, [rows, targets]; 0 where a target has no vote. */
export function* scoreForest(
  forest: Forest,
  rows: Rows,
  targets: number,
  aggregate: Aggregate,
  context: KernelContext,
): Steps<Float64Array> {
  checkTargets(forest, rows.columns, targets, context);
  context.reserve(9 * rows.count * targets);
  const scores = new Float64Array(rows.count * targets);
  const voted = new Uint8Array(targets);
  let work = 0;
  for (let row = 0; row < rows.count; row++) {
    const own = scores.subarray(row * targets, (row + 1) * targets);
    voted.fill(0);
    for (const root of forest.roots) {
      let at = root;
      while (at >= 0) {
        at = goesTrue(forest, at, rows.data[row * rows.columns + forest.feature[at]])
          ? forest.onTrue[at]
          : forest.onFalse[at];
        work++;
      }
      work += vote(forest.votes, ~at, aggregate, own, voted);
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
    if (aggregate === "AVERAGE") for (let i = 0; i < targets; i++) own[i] /= forest.roots.length;
  }
  return scores;
}

function checkTargets({ feature, votes }: Forest, columns: number, targets: number, context: Failing): void {
  for (const index of feature) {
    if (index < 0 || index >= columns)
      context.fail(`feature ${index} must be in 0..${columns - 1} (X has ${columns} columns)`);
  }
  for (const target of votes.targets) {
    if (target < 0 || target >= targets) context.fail(`target ${target} of a leaf must be in 0..${targets - 1}`);
  }
}

function goesTrue({ mode, split, missingTrue, members }: Forest, node: number, x: number): boolean {
  if (Number.isNaN(x)) return missingTrue[node] === 1;
  switch (mode[node]) {
    case 0:
      return x <= split[node];
    case 1:
      return x < split[node];
    case 2:
      return x >= split[node];
    case 3:
      return x > split[node];
    case 4:
      return x === split[node];
    case 5:
      return x !== split[node];
    default:
      return members.get(node)?.has(x) ?? false;
  }
}

/** Adds one leaf's votes to the scores of a row; returns how many there were. */
function vote(votes: Votes, leaf: number, aggregate: Aggregate, scores: Float64Array, voted: Uint8Array): number {
  const { starts, targets, weights } = votes;
  const isSum = aggregate === "SUM" || aggregate === "AVERAGE";
  for (let i = starts[leaf]; i < starts[leaf + 1]; i++) {
    const target = targets[i];
    if (isSum) scores[target] += weights[i];
    else if (voted[target] === 0) scores[target] = weights[i];
    else
      scores[target] =
        aggregate === "MIN" ? Math.min(scores[target], weights[i]) : Math.max(scores[target], weights[i]);
    voted[target] = 1;
  }
  return starts[leaf + 1] - starts[leaf];
}
