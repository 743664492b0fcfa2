import type { Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, floats, int64s, ints, string, strings, tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { floatsOf } from "./attribute-arrays.ts";
import { type Forest, scoreForest } from "./forest.ts";
import { classLabels, labelOutput, largestOf } from "./labels.ts";
import { legacyForest, tensorsToFloats } from "./legacy-forest.ts";
import { applyPostTransform, type PostTransform, postTransformOf, twoScores } from "./post-transform.ts";
import { rowDims, rowsOf } from "./rows.ts";

const ATTRIBUTES = {
  base_values: floats(),
  base_values_as_tensor: tensor(),
  class_ids: ints(),
  class_nodeids: ints(),
  class_treeids: ints(),
  class_weights: floats(),
  class_weights_as_tensor: tensor(),
  classlabels_int64s: int64s(),
  classlabels_strings: strings(),
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
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * Decision trees over X [N, F] whose leaves vote for classes: Y, the label of the class with the largest score, and Z,
 * the scores [N, E]. ONNX TreeEnsembleClassifier. ONNX deprecated it in ai.onnx.ml 5; it lives on here, since
 * TreeEnsemble has neither labels nor base values nor several votes at a leaf.
 */
export const treeEnsembleClassifier = defineOperator({
  name: "TreeEnsembleClassifier",
  domain: "ai.onnx.ml",
  endedIn: 5,
  versions: [
    { since: 3 },
    {
      since: 1,
      attributes: {
        base_values: floats(),
        class_ids: ints(),
        class_nodeids: ints(),
        class_treeids: ints(),
        class_weights: floats(),
        classlabels_int64s: int64s(),
        classlabels_strings: strings(),
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
      },
      changed: "attributes ..._as_tensor for doubles",
      downgrade: (node) => tensorsToFloats(node, ["base_values", "class_weights", "nodes_hitrates", "nodes_values"]),
    },
  ],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2"), required("Z", "f32")],
  types: { T1: types("i32 i64 f32 f64"), T2: types("i64 string") },
  attributes: ATTRIBUTES,
  infer(context): readonly Inferred[] {
    const { attributes } = context;
    forestOf(attributes, context);
    postTransformOf(attributes.post_transform, context);
    const labels = classLabels(attributes.classlabels_int64s, attributes.classlabels_strings, context);
    const shape = context.shape(0);
    const count = shape === undefined ? context.fresh() : rowDims(shape, context)[0];
    return [tensorType(labels.dtype, [count]), tensorType("f32", [count, labels.values.length])];
  },
  reference: classify,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: SAMPLE,
      inputs: [tensorFrom("f32", [3, 2], [0, 0, 2, 1, 2, Number.NaN])],
      outputs: [
        tensorFrom("i64", [3], [7, 3, 9]),
        tensorFrom(
          "f32",
          [3, 3],
          [0.5, 0.25, 0.25, 0, 1, 0, 0, 0, 1].map((x, i) => x + [0, 0.125, 0][i % 3]),
        ),
      ],
    },
    {
      attributes: {
        ...SAMPLE,
        base_values: undefined,
        class_ids: [0, 0, 0],
        class_weights: [-0.5, 2, 0.25],
        class_nodeids: [1, 3, 4],
        class_treeids: [0, 0, 0],
        classlabels_int64s: undefined,
        classlabels_strings: ["no", "yes"],
      },
      inputs: [tensorFrom("i64", [2, 2], [0, 0, 2, 1])],
      outputs: [tensorFrom("string", [2], ["no", "yes"]), tensorFrom("f32", [2, 2], [0.5, -0.5, -2, 2])],
    },
  ],
  errors: () => [
    {
      attributes: { ...SAMPLE, nodes_truenodeids: [1, 0, 2, 0, 0] },
      inputs: [tensorFrom("f32", [1, 2], [0, 0])],
      outputCount: 2,
      message: /node 2 of a tree must not be its own descendant/,
    },
    {
      attributes: { ...SAMPLE, classlabels_int64s: undefined },
      inputs: [tensorFrom("f32", [1, 2], [0, 0])],
      outputCount: 2,
      message: /one of the two classlabels attributes must be given/,
    },
    {
      attributes: { ...SAMPLE, post_transform: "TANH" },
      inputs: [tensorFrom("f32", [1, 2], [0, 0])],
      outputCount: 2,
      message: /post_transform "TANH" must be one of/,
    },
  ],
});

/** x0 <= 1: node 1, else x1 >= 1: node 3, else node 4. */
const SAMPLE = {
  base_values: [0, 0.125, 0],
  class_ids: [0, 1, 2, 1, 2],
  class_nodeids: [1, 1, 1, 3, 4],
  class_treeids: [0, 0, 0, 0, 0],
  class_weights: [0.5, 0.25, 0.25, 1, 1],
  classlabels_int64s: [7, 3, 9],
  nodes_falsenodeids: [2, 0, 4, 0, 0],
  nodes_featureids: [0, 0, 1, 0, 0],
  nodes_modes: ["BRANCH_LEQ", "LEAF", "BRANCH_GTE", "LEAF", "LEAF"],
  nodes_nodeids: [0, 1, 2, 3, 4],
  nodes_treeids: [0, 0, 0, 0, 0],
  nodes_truenodeids: [1, 0, 3, 0, 0],
  nodes_values: [1, 0, 1, 0, 0],
};

function forestOf(attributes: Attributes, context: { fail(rule: string): never }): Forest {
  const { class_ids: ids = [], class_nodeids: nodeIds = [], class_treeids: treeIds = [] } = attributes;
  const weights = floatsOf("class_weights", attributes.class_weights, attributes.class_weights_as_tensor, context);
  return legacyForest(attributes, { treeIds, nodeIds, ids, weights }, context);
}

function* classify(
  [x]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const rows = yield* rowsOf(x as Tensor, context);
  const labels = classLabels(attributes.classlabels_int64s, attributes.classlabels_strings, context);
  const classes = labels.values.length;
  const y = labelOutput(labels, rows.count, context);
  const z = context.output("f32", [rows.count, classes]);
  const forest = forestOf(attributes, context);
  const scores = yield* scoreForest(forest, rows, classes, "SUM", context);
  const base = baseValues(attributes, forest, classes, context);
  const decide = decisionOf(forest, classes, postTransformOf(attributes.post_transform, context));
  for (let row = 0; row < rows.count; row++) {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    for (let i = 0; i < classes; i++) own[i] += base[i];
    const found = decide(own);
    if (typeof found === "boolean") y.writeAnswer(row, found);
    else y.write(row, found);
    z.data.set(own, row * classes);
  }
  return [y.tensor(), z.tensor()];
}

/** One for each class; where all votes are for class 0 of two, one value serves. */
function baseValues(
  attributes: Attributes,
  forest: Forest,
  classes: number,
  context: KernelContext,
): ArrayLike<number> {
  const values = floatsOf("base_values", attributes.base_values, attributes.base_values_as_tensor, context);
  if (values.length === 0) return new Float64Array(classes);
  if (values.length === 1 && classes === 2 && votesOnlyFor(forest, 0)) return [values[0], 0];
  if (values.length !== classes) context.fail(`base_values must have ${classes} elements, found ${values.length}`);
  return values;
}

const votesOnlyFor = ({ votes }: Forest, id: number): boolean => votes.targets.every((target) => target === id);

/**
 * Chooses a row's class from its scores and transforms them. Two classes of which only one gets votes are one yes-or-no
 * score: yes above 1/2 if no weight is negative, else above 0. ONNX leaves that open; this is what the implementations
 * in use do.
 */
function decisionOf(
  forest: Forest,
  classes: number,
  transform: PostTransform,
): (scores: Float64Array) => number | boolean {
  const isPositive = forest.votes.weights.every((weight) => weight >= 0);
  const threshold = isPositive ? 0.5 : 0;
  if (classes === 2 && votesOnlyFor(forest, 0)) {
    return (scores) => {
      const [score] = scores;
      scores.set(twoScores(score, transform, isPositive ? "complement" : "opposite"));
      return score > threshold ? 1 : 0;
    };
  }
  const isYesOrNo = classes === 2 && votesOnlyFor(forest, 1);
  return (scores) => {
    const best = isYesOrNo
      ? Number(scores[1] > threshold)
      : classes === 1
        ? scores[0] > 0
        : largestOf(scores, 0, classes);
    applyPostTransform(transform, scores);
    return best;
  };
}
