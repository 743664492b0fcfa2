import { int, ints, tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX TreeEnsemble. */
export const treeEnsemble = defineOperator({
  name: "TreeEnsemble",
  domain: "ai.onnx.ml",
  versions: [{ since: 5 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 f32 f64") },
  attributes: {
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
  },
  accuracy: "exact",
});
