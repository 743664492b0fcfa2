import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, floats, int, ints, string, strings, tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { floatsOf } from "./attribute-arrays.ts";
import { AGGREGATES, type Aggregate, type Forest, scoreForest, targetCount } from "./forest.ts";
import { legacyForest, tensorsToFloats } from "./legacy-forest.ts";
import { applyPostTransform, postTransformOf } from "./post-transform.ts";
import { rowDims, rowsOf } from "./rows.ts";

const ATTRIBUTES = {
  aggregate_function: string({ default: "SUM" }),
  base_values: floats(),
  base_values_as_tensor: tensor(),
  n_targets: int(),
  nodes_falsenodeids: ints(),
  nodes_featureids: ints(),
  nodes_hitrates: floats(),
  nodes_hitrates_as_tensor: tensor(),
  nodes_missing_value_tracks_true: ints(),
  nodes_modes: strings(),
  nodes_nodeids: ints(),
  nodes_treeids: ints(),
  nodes_truenodeids: ints(),
  nodes_values: floats(),
  nodes_values_as_tensor: tensor(),
  post_transform: string({ default: "NONE" }),
  target_ids: ints(),
  target_nodeids: ints(),
  target_treeids: ints(),
  target_weights: floats(),
  target_weights_as_tensor: tensor(),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * Decision trees over X [N, F] whose leaves vote for targets; base values are added to the aggregate, [N, n_targets].
 * ONNX TreeEnsembleRegressor. ONNX deprecated it in ai.onnx.ml 5; it lives on here, since TreeEnsemble has neither base
 * values nor several votes at a leaf.
 */
export const treeEnsembleRegressor = defineOperator({
  name: "TreeEnsembleRegressor",
  domain: "ai.onnx.ml",
  endedIn: 5,
  versions: [
    { since: 3 },
    {
      since: 1,
      attributes: {
        aggregate_function: string({ default: "SUM" }),
        base_values: floats(),
        n_targets: int(),
        nodes_falsenodeids: ints(),
        nodes_featureids: ints(),
        nodes_hitrates: floats(),
        nodes_missing_value_tracks_true: ints(),
        nodes_modes: strings(),
        nodes_nodeids: ints(),
        nodes_treeids: ints(),
        nodes_truenodeids: ints(),
        nodes_values: floats(),
        post_transform: string({ default: "NONE" }),
        target_ids: ints(),
        target_nodeids: ints(),
        target_treeids: ints(),
        target_weights: floats(),
      },
      changed: "attributes ..._as_tensor for doubles",
      downgrade: (node) => tensorsToFloats(node, ["base_values", "nodes_hitrates", "nodes_values", "target_weights"]),
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: ATTRIBUTES,
  infer(context) {
    const { attributes } = context;
    const forest = forestOf(attributes, context);
    aggregateOf(attributes.aggregate_function, context);
    postTransformOf(attributes.post_transform, context);
    const shape = context.shape(0);
    const count = shape === undefined ? context.fresh() : rowDims(shape, context)[0];
    return [tensorType("f32", [count, targetCount(attributes.n_targets, forest, context)])];
  },
  reference: regress,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: SAMPLE,
      inputs: [tensorFrom("f32", [2, 1], [0, 2])],
      outputs: [tensorFrom("f32", [2, 2], [1.5, 2.5, 5.5, 0.5])],
    },
    {
      attributes: { ...SAMPLE, aggregate_function: "AVERAGE", base_values: undefined, post_transform: "SOFTMAX" },
      inputs: [tensorFrom("i32", [2, 1], [0, 2])],
      outputCount: 1,
    },
    {
      attributes: { ...SAMPLE, aggregate_function: "MIN" },
      inputs: [tensorFrom("f64", [2, 1], [0, 2])],
      outputs: [tensorFrom("f32", [2, 2], [1.5, 2.5, 1.5, 0.5])],
    },
  ],
  errors: () => [
    {
      attributes: { ...SAMPLE, aggregate_function: "MEDIAN" },
      inputs: [tensorFrom("f32", [1, 1], [0])],
      message: /aggregate_function "MEDIAN" must be one of AVERAGE, SUM, MIN, MAX/,
    },
    {
      attributes: { ...SAMPLE, n_targets: 1 },
      inputs: [tensorFrom("f32", [1, 1], [0])],
      message: /target 1 of a leaf must be in 0..0/,
    },
  ],
});

/** Tree 0: x0 <= 1: node 1, else node 2; tree 1 is a leaf. */
const SAMPLE = {
  base_values: [0.5, 0.5],
  n_targets: 2,
  nodes_falsenodeids: [2, 0, 0, 0],
  nodes_featureids: [0, 0, 0, 0],
  nodes_modes: ["BRANCH_LEQ", "LEAF", "LEAF", "LEAF"],
  nodes_nodeids: [0, 1, 2, 0],
  nodes_treeids: [0, 0, 0, 1],
  nodes_truenodeids: [1, 0, 0, 0],
  nodes_values: [1, 0, 0, 0],
  target_ids: [1, 0, 0],
  target_nodeids: [1, 2, 0],
  target_treeids: [0, 0, 1],
  target_weights: [2, 4, 1],
};

interface Failing {
  fail(rule: string): never;
}

function aggregateOf(name: string, context: Failing): Aggregate {
  const found = AGGREGATES.find((known) => known === name);
  return found ?? context.fail(`aggregate_function "${name}" must be one of ${AGGREGATES.join(", ")}`);
}

function forestOf(attributes: Attributes, context: Failing): Forest {
  const { target_ids: ids = [], target_nodeids: nodeIds = [], target_treeids: treeIds = [] } = attributes;
  const weights = floatsOf("target_weights", attributes.target_weights, attributes.target_weights_as_tensor, context);
  return legacyForest(attributes, { treeIds, nodeIds, ids, weights }, context);
}

function* regress([x]: readonly (Value | undefined)[], attributes: Attributes, context: KernelContext): Steps<Outputs> {
  const rows = yield* rowsOf(x as Tensor, context);
  const forest = forestOf(attributes, context);
  const targets = targetCount(attributes.n_targets, forest, context);
  const out = context.output("f32", [rows.count, targets]);
  const aggregate = aggregateOf(attributes.aggregate_function, context);
  const scores = yield* scoreForest(forest, rows, targets, aggregate, context);
  const base = floatsOf("base_values", attributes.base_values, attributes.base_values_as_tensor, context);
  if (base.length !== 0 && base.length !== targets) {
    context.fail(`base_values must have ${targets} elements, found ${base.length}`);
  }
  const transform = postTransformOf(attributes.post_transform, context);
  for (let row = 0; row < rows.count; row++) {
    const own = scores.subarray(row * targets, (row + 1) * targets);
    for (let i = 0; i < base.length; i++) own[i] += base[i];
    applyPostTransform(transform, own);
  }
  out.data.set(scores);
  return [yield* out.rounded()];
}
