import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { numbers, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, int, ints, tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { floatsOfTensor, int32s } from "./attribute-arrays.ts";
import { AGGREGATES, type Aggregate, checkForest, type Forest, MODES, scoreForest, targetCount } from "./forest.ts";
import { applyPostTransform, postTransformOf } from "./post-transform.ts";
import { rowDims, rowsOf } from "./rows.ts";

const ATTRIBUTES = {
  aggregate_function: int({ default: 1 }),
  leaf_targetids: ints({ required: true }),
  leaf_weights: tensor({ required: true }),
  membership_values: tensor(),
  n_targets: int(),
  nodes_falseleafs: ints({ required: true }),
  nodes_falsenodeids: ints({ required: true }),
  nodes_featureids: ints({ required: true }),
  nodes_hitrates: tensor(),
  nodes_missing_value_tracks_true: ints(),
  nodes_modes: tensor({ required: true }),
  nodes_splits: tensor({ required: true }),
  nodes_trueleafs: ints({ required: true }),
  nodes_truenodeids: ints({ required: true }),
  post_transform: int({ default: 0 }),
  tree_roots: ints({ required: true }),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * Decision trees over X [N, F]: each adds the weight of the leaf that a row reaches to the leaf's target, [N,
 * n_targets]. ONNX TreeEnsemble.
 */
export const treeEnsemble = defineOperator({
  name: "TreeEnsemble",
  domain: "ai.onnx.ml",
  versions: [{ since: 5 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 f32 f64") },
  attributes: ATTRIBUTES,
  infer(context) {
    const { attributes } = context;
    const forest = forestOf(attributes, context);
    aggregateOf(attributes.aggregate_function, context);
    postTransformOf(attributes.post_transform, context);
    const dtype = context.dtype(0);
    const shape = context.shape(0);
    if (dtype === undefined) return [];
    const count = shape === undefined ? context.fresh() : rowDims(shape, context)[0];
    return [tensorType(dtype, [count, targetCount(attributes.n_targets, forest, context)])];
  },
  reference: scoreTrees,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: SAMPLE,
      inputs: [tensorFrom("f64", [3, 2], [1.2, 3.4, -0.12, 1.66, 4.14, 1.77])],
      outputs: [tensorFrom("f64", [3, 2], [5.23, 0, 5.23, 0, 0, 12.12])],
    },
    {
      attributes: {
        ...SAMPLE,
        nodes_modes: tensorFrom("u8", [3], [0, 6, 6]),
        membership_values: tensorFrom("f64", [4], [1.5, Number.NaN, 4.5, Number.NaN]),
        nodes_missing_value_tracks_true: [1, 0, 0],
        aggregate_function: 3,
      },
      inputs: [tensorFrom("f64", [4, 1], [1.5, 1.2, 4.5, Number.NaN])],
      outputs: [tensorFrom("f64", [4, 2], [5.23, 0, -12.23, 0, 0, 12.12, -12.23, 0])],
    },
  ],
  errors: () => [
    {
      attributes: { ...SAMPLE, nodes_truenodeids: [0, 0, 1] },
      inputs: [tensorFrom("f64", [1, 1], [1])],
      message: /node 0 of a tree must not be its own descendant/,
    },
    {
      attributes: { ...SAMPLE, nodes_featureids: [0, 1, 0] },
      inputs: [tensorFrom("f64", [1, 1], [1])],
      message: /feature 1 must be in 0..0/,
    },
  ],
});

const SAMPLE = {
  leaf_targetids: [0, 1, 0, 1],
  leaf_weights: tensorFrom("f64", [4], [5.23, 12.12, -12.23, 7.21]),
  n_targets: 2,
  nodes_falseleafs: [0, 1, 1],
  nodes_falsenodeids: [2, 2, 3],
  nodes_featureids: [0, 0, 0],
  nodes_modes: tensorFrom("u8", [3], [0, 0, 0]),
  nodes_splits: tensorFrom("f64", [3], [3.14, 1.2, 4.2]),
  nodes_trueleafs: [0, 1, 1],
  nodes_truenodeids: [1, 0, 1],
  tree_roots: [0],
};

interface Failing {
  fail(rule: string): never;
}

function aggregateOf(code: number, context: Failing): Aggregate {
  return AGGREGATES[code] ?? context.fail(`aggregate_function ${code} must be in 0..3`);
}

function forestOf(attributes: Attributes, context: Failing): Forest {
  const count = attributes.nodes_featureids.length;
  const leaves = attributes.leaf_targetids.length;
  const column = (name: string, values: ArrayLike<number>): ArrayLike<number> => {
    if (values.length !== count)
      context.fail(`${name} must have ${count} elements as nodes_featureids, found ${values.length}`);
    return values;
  };
  const child = (name: string, ids: readonly number[], isLeaf: ArrayLike<number>): Int32Array =>
    int32s(name, Array.from(column(name, ids)), context).map((id, i) => {
      if (id < 0) context.fail(`${name} must not be negative, found ${id}`);
      return isLeaf[i] === 0 ? id : ~id;
    });
  if (attributes.nodes_modes.dtype !== "u8")
    context.fail(`nodes_modes must hold u8, found ${attributes.nodes_modes.dtype}`);
  const mode = Uint8Array.from(column("nodes_modes", numbers(attributes.nodes_modes)));
  const weights = floatsOfTensor("leaf_weights", attributes.leaf_weights, context);
  if (weights.length !== leaves)
    context.fail(`leaf_weights must have ${leaves} elements as leaf_targetids, found ${weights.length}`);
  const missing = attributes.nodes_missing_value_tracks_true;
  const forest: Forest = {
    roots: int32s("tree_roots", attributes.tree_roots, context),
    feature: int32s("nodes_featureids", attributes.nodes_featureids, context),
    mode,
    split: Float64Array.from(column("nodes_splits", floatsOfTensor("nodes_splits", attributes.nodes_splits, context))),
    onTrue: child(
      "nodes_truenodeids",
      attributes.nodes_truenodeids,
      column("nodes_trueleafs", attributes.nodes_trueleafs),
    ),
    onFalse: child(
      "nodes_falsenodeids",
      attributes.nodes_falsenodeids,
      column("nodes_falseleafs", attributes.nodes_falseleafs),
    ),
    missingTrue: Uint8Array.from({ length: count }, (_, i) => (missing?.[i] === 1 ? 1 : 0)),
    members: membersOf(mode, attributes.membership_values, context),
    votes: {
      starts: Int32Array.from({ length: leaves + 1 }, (_, i) => i),
      targets: int32s("leaf_targetids", attributes.leaf_targetids, context),
      weights,
    },
  };
  for (const root of forest.roots) if (root < 0) context.fail(`tree_roots must not be negative, found ${root}`);
  checkForest(forest, context);
  return forest;
}

/** The sets that NaNs end, in the order of the nodes of mode MEMBER. */
function membersOf(mode: Uint8Array, values: Tensor | undefined, context: Failing): Map<number, ReadonlySet<number>> {
  const sets: Set<number>[] = [];
  let open = new Set<number>();
  for (const value of values === undefined ? [] : floatsOfTensor("membership_values", values, context)) {
    if (!Number.isNaN(value)) open.add(value);
    else {
      sets.push(open);
      open = new Set();
    }
  }
  if (open.size > 0) sets.push(open);
  const members = new Map<number, ReadonlySet<number>>();
  mode.forEach((code, node) => {
    if (code >= MODES.length) context.fail(`mode ${code} of a node must be in 0..${MODES.length - 1}`);
    if (MODES[code] !== "MEMBER") return;
    members.set(node, sets[members.size] ?? context.fail("membership_values must have a set for each node of mode 6"));
  });
  return members;
}

function* scoreTrees(
  [x]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const rows = yield* rowsOf(x as Tensor, context);
  const forest = forestOf(attributes, context);
  const targets = targetCount(attributes.n_targets, forest, context);
  const out = context.output((x as Tensor).dtype, [rows.count, targets]);
  const aggregate = aggregateOf(attributes.aggregate_function, context);
  const scores = yield* scoreForest(forest, rows, targets, aggregate, context);
  const transform = postTransformOf(attributes.post_transform, context);
  for (let row = 0; row < rows.count; row++) {
    applyPostTransform(transform, scores.subarray(row * targets, (row + 1) * targets));
  }
  out.data.set(scores);
  return [yield* out.rounded()];
}
