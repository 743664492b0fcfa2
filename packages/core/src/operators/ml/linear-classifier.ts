import type { Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, floats, int, int64s, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { classLabels, labelOutput, largestOf } from "./labels.ts";
import { checkModels, type LinearModels, linearScores } from "./linear-scores.ts";
import { applyPostTransform, postTransformOf, twoScores } from "./post-transform.ts";
import { rowDims, rowsOf } from "./rows.ts";

const ATTRIBUTES = {
  classlabels_ints: int64s(),
  classlabels_strings: strings(),
  coefficients: floats({ required: true }),
  intercepts: floats(),
  multi_class: int({ default: 0 }),
  post_transform: string({ default: "NONE" }),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * Linear scores of X [N, F] for E classes: Y, the label of the largest, and Z, the transformed scores [N, E]. One row
 * of coefficients for two classes gives a yes-or-no score, yes above 0. ONNX LinearClassifier.
 */
export const linearClassifier = defineOperator({
  name: "LinearClassifier",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2"), required("Z", "f32")],
  types: { T1: types("i32 i64 f32 f64"), T2: types("i64 string") },
  attributes: ATTRIBUTES,
  infer(context): readonly Inferred[] {
    const { attributes } = context;
    postTransformOf(attributes.post_transform, context);
    const labels = classLabels(attributes.classlabels_ints, attributes.classlabels_strings, context);
    const shape = context.shape(0);
    const [count, features] = shape === undefined ? [context.fresh(), undefined] : rowDims(shape, context);
    if (typeof features === "number") modelCount(attributes, labels.values.length, features, context);
    return [tensorType(labels.dtype, [count]), tensorType("f32", [count, labels.values.length])];
  },
  reference: classify,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { classlabels_ints: [5, 7, 9], coefficients: [1, 0, 0, 1, -1, -1], intercepts: [0, 0.5, 0.25] },
      inputs: [tensorFrom("f32", [3, 2], [2, 1, 1, 2, -1, -1])],
      outputs: [
        tensorFrom("i64", [3], [5, 7, 9]),
        tensorFrom("f32", [3, 3], [2, 1.5, -2.75, 1, 2.5, -2.75, -1, -0.5, 2.25]),
      ],
    },
    {
      attributes: { classlabels_strings: ["no", "yes"], coefficients: [1], post_transform: "LOGISTIC" },
      inputs: [tensorFrom("i32", [2, 1], [0, 2])],
      outputs: [
        tensorFrom("string", [2], ["no", "yes"]),
        tensorFrom("f32", [2, 2], [0.5, 0.5, 0.11920292202211755, 0.8807970779778823]),
      ],
    },
  ],
  errors: () => [
    {
      attributes: { classlabels_ints: [1, 2, 3], coefficients: [1, 2, 3, 4] },
      inputs: [tensorFrom("f32", [1, 2], [1, 2])],
      outputCount: 2,
      message: /4 coefficients must be 3 x 2/,
    },
    {
      attributes: { coefficients: [1, 2] },
      inputs: [tensorFrom("f32", [1, 2], [1, 2])],
      outputCount: 2,
      message: /one of the two classlabels attributes must be given/,
    },
  ],
});

/** Rows of coefficients: one for each class, or one for two classes. */
function modelCount(
  attributes: LinearModels,
  classes: number,
  features: number,
  context: { fail(rule: string): never },
): number {
  const count = classes === 2 && attributes.coefficients?.length === features ? 1 : classes;
  checkModels(attributes, count, features, context);
  return count;
}

function* classify(
  [x]: readonly (Value | undefined)[],
  attributes: Attributes,
  context: KernelContext,
): Steps<Outputs> {
  const rows = yield* rowsOf(x as Tensor, context);
  const labels = classLabels(attributes.classlabels_ints, attributes.classlabels_strings, context);
  const classes = labels.values.length;
  const models = modelCount(attributes, classes, rows.columns, context);
  const transform = postTransformOf(attributes.post_transform, context);
  const y = labelOutput(labels, rows.count, context);
  const z = context.output("f32", [rows.count, classes]);
  const scores = yield* linearScores(rows, attributes, models, context);
  for (let row = 0; row < rows.count; row++) {
    const own = scores.subarray(row * models, (row + 1) * models);
    if (classes === 1) y.writeAnswer(row, own[0] > 0);
    else y.write(row, models === 1 ? Number(own[0] > 0) : largestOf(own, 0, classes));
    if (models !== classes) z.data.set(twoScores(own[0], transform, "complement"), row * classes);
    else {
      applyPostTransform(transform, own);
      z.data.set(own, row * classes);
    }
  }
  return [y.tensor(), z.tensor()];
}
