import { isFloat } from "../../dtypes/dtypes.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { doubles } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { withAttributes, withoutAttributes } from "../edit-node.ts";
import { floatsOf, int32s } from "./attribute-arrays.ts";
import { checkForest, type Forest, MODES, type Votes } from "./forest.ts";

/** The attributes that describe the nodes of TreeEnsembleClassifier and TreeEnsembleRegressor. */
export interface LegacyNodes {
  readonly nodes_falsenodeids: readonly number[] | undefined;
  readonly nodes_featureids: readonly number[] | undefined;
  readonly nodes_missing_value_tracks_true: readonly number[] | undefined;
  readonly nodes_modes: readonly string[] | undefined;
  readonly nodes_nodeids: readonly number[] | undefined;
  readonly nodes_treeids: readonly number[] | undefined;
  readonly nodes_truenodeids: readonly number[] | undefined;
  readonly nodes_values: readonly number[] | undefined;
  readonly nodes_values_as_tensor: Tensor | undefined;
}

/** Votes of leaves: leaf (tree_ids[i], node_ids[i]) adds weights[i] to ids[i]. */
export interface LegacyVotes {
  readonly treeIds: readonly number[];
  readonly nodeIds: readonly number[];
  readonly ids: readonly number[];
  readonly weights: ArrayLike<number>;
}

interface Failing {
  fail(rule: string): never;
}

/** The forest of nodes that refer to each other by ids within their tree. The first node of a tree is its root. */
export function legacyForest(nodes: LegacyNodes, votes: LegacyVotes, context: Failing): Forest {
  const { nodes_treeids: treeIds = [], nodes_nodeids: nodeIds = [], nodes_modes: modes = [] } = nodes;
  const count = treeIds.length;
  const splits = floatsOf("nodes_values", nodes.nodes_values, nodes.nodes_values_as_tensor, context);
  const column = <T>(name: string, values: ArrayLike<T> = []): ArrayLike<T> => {
    if (values.length !== count)
      context.fail(`${name} must have ${count} elements as nodes_treeids, found ${values.length}`);
    return values;
  };
  column("nodes_nodeids", nodeIds);
  column("nodes_modes", modes);
  const positions = positionsOf(treeIds, nodeIds, context);
  const isLeaf = modes.map((mode) => mode === "LEAF");
  const leaves = leavesOf(isLeaf);
  const child = (name: string, ids: ArrayLike<number>): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => {
      if (isLeaf[i]) return 0;
      const position = positions.get(keyOf(treeIds[i], ids[i]));
      if (position === undefined)
        return context.fail(
          `${name} of node ${nodeIds[i]} names node ${ids[i]}, which tree ${treeIds[i]} does not have`,
        );
      return isLeaf[position] ? ~leaves[position] : position;
    });
  const missing = nodes.nodes_missing_value_tracks_true;
  const forest: Forest = {
    roots: Int32Array.from(rootsOf(treeIds), (root) => (isLeaf[root] ? ~leaves[root] : root)),
    // A leaf's feature is not looked at; models put anything there.
    feature: int32s(
      "nodes_featureids",
      Array.from(column("nodes_featureids", nodes.nodes_featureids), (index, i) => (isLeaf[i] ? 0 : index)),
      context,
    ),
    mode: Uint8Array.from(modes, (mode) => modeOf(mode, context)),
    split: Float64Array.from(column("nodes_values", splits)),
    onTrue: child("nodes_truenodeids", column("nodes_truenodeids", nodes.nodes_truenodeids)),
    onFalse: child("nodes_falsenodeids", column("nodes_falsenodeids", nodes.nodes_falsenodeids)),
    missingTrue: Uint8Array.from({ length: count }, (_, i) => (missing?.[i] === 1 ? 1 : 0)),
    members: new Map(),
    votes: votesOf(votes, positions, leaves, isLeaf, context),
  };
  checkForest(forest, context);
  return forest;
}

const keyOf = (tree: number, node: number): string => `${tree} ${node}`;

function positionsOf(treeIds: readonly number[], nodeIds: readonly number[], context: Failing): Map<string, number> {
  const positions = new Map<string, number>();
  treeIds.forEach((tree, i) => {
    const key = keyOf(tree, nodeIds[i]);
    if (positions.has(key)) context.fail(`tree ${tree} must have one node ${nodeIds[i]}, found two`);
    positions.set(key, i);
  });
  return positions;
}

function rootsOf(treeIds: readonly number[]): number[] {
  const roots = new Map<number, number>();
  treeIds.forEach((tree, i) => {
    if (!roots.has(tree)) roots.set(tree, i);
  });
  return [...roots.values()];
}

/** The number of each node among the leaves. */
function leavesOf(isLeaf: readonly boolean[]): Int32Array {
  const leaves = new Int32Array(isLeaf.length);
  let next = 0;
  isLeaf.forEach((leaf, i) => {
    if (leaf) leaves[i] = next++;
  });
  return leaves;
}

function modeOf(mode: string, context: Failing): number {
  if (mode === "LEAF") return 0;
  const found = MODES.findIndex((known) => `BRANCH_${known}` === mode);
  if (found < 0 || MODES[found] === "MEMBER")
    context.fail(`mode "${mode}" of a node must be LEAF or BRANCH_LEQ, _LT, _GTE, _GT, _EQ, _NEQ`);
  return found;
}

/** Votes sorted by leaf; those of inner nodes, which some converters write, count nothing. */
function votesOf(
  { treeIds, nodeIds, ids, weights }: LegacyVotes,
  positions: ReadonlyMap<string, number>,
  leaves: Int32Array,
  isLeaf: readonly boolean[],
  context: Failing,
): Votes {
  const count = ids.length;
  if (treeIds.length !== count || nodeIds.length !== count || weights.length !== count) {
    context.fail(
      `votes must have as many trees, nodes and weights as ids (${count}), found ${treeIds.length}, ${nodeIds.length}, ${weights.length}`,
    );
  }
  const byLeaf: number[][] = isLeaf.filter(Boolean).map(() => []);
  for (let i = 0; i < count; i++) {
    const position = positions.get(keyOf(treeIds[i], nodeIds[i]));
    if (position === undefined)
      return context.fail(`a vote names node ${nodeIds[i]}, which tree ${treeIds[i]} does not have`);
    if (isLeaf[position]) byLeaf[leaves[position]].push(i);
  }
  const order = byLeaf.flat();
  const starts = new Int32Array(byLeaf.length + 1);
  byLeaf.forEach((own, leaf) => {
    starts[leaf + 1] = starts[leaf] + own.length;
  });
  return {
    starts,
    targets: int32s(
      "the ids of votes",
      order.map((i) => ids[i]),
      context,
    ),
    weights: Float64Array.from(order, (i) => weights[i]),
  };
}

/** A downgrade to versions whose attributes are floats only; undefined when a tensor holds values that are no f32. */
export function tensorsToFloats(node: Node, names: readonly string[]): Node | undefined {
  let plain = node;
  for (const name of names) {
    const values = attributeOf(node, `${name}_as_tensor`);
    if (values?.kind !== "tensor") continue;
    if (!isFloat(values.value.dtype)) return undefined;
    const numbers = Array.from(doubles(values.value));
    if (numbers.some((x) => !Object.is(Math.fround(x), x))) return undefined;
    plain = withAttributes(withoutAttributes(plain, `${name}_as_tensor`), {
      name,
      value: { kind: "floats", value: numbers },
    });
  }
  return plain;
}
