import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { floats, int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { checkModels, type LinearModels, linearScores } from "./linear-scores.ts";
import { applyPostTransform, postTransformOf } from "./post-transform.ts";
import { rowDims, rowsOf } from "./rows.ts";

/**
 * X [N, F] times the transposed coefficients [targets, F] plus the intercepts, then the post transform: [N, targets].
 * ONNX LinearRegressor.
 */
export const linearRegressor = defineOperator({
  name: "LinearRegressor",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: {
    coefficients: floats(),
    intercepts: floats(),
    post_transform: string({ default: "NONE" }),
    targets: int({ default: 1 }),
  },
  infer(context) {
    const { targets, post_transform: transform } = context.attributes;
    checkTargets(targets, context);
    postTransformOf(transform, context);
    const shape = context.shape(0);
    if (shape === undefined) return [tensorType("f32")];
    const [count, features] = rowDims(shape, context);
    if (typeof features === "number") checkModels(context.attributes, targets, features, context);
    return [tensorType("f32", [count, targets])];
  },
  reference: regress,
  accuracy: "reduction",
  samples: () => [
    {
      attributes: { coefficients: [1, 2, 0.5, -1], intercepts: [0.5, 1], targets: 2 },
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4])],
      outputs: [tensorFrom("f32", [2, 2], [5.5, -0.5, 11.5, -1.5])],
    },
    {
      attributes: { coefficients: [1, 2], post_transform: "LOGISTIC" },
      inputs: [tensorFrom("i64", [2], [2, -1])],
      outputs: [tensorFrom("f32", [1, 1], [0.5])],
    },
  ],
  errors: () => [
    {
      attributes: { coefficients: [1, 2, 3], targets: 2 },
      inputs: [tensorFrom("f32", [1, 2], [1, 2])],
      message: /3 coefficients must be 2 x 2/,
    },
    {
      attributes: { coefficients: [1, 2], intercepts: [1, 2] },
      inputs: [tensorFrom("f32", [1, 2], [1, 2])],
      message: /2 intercepts must be 1/,
    },
  ],
});

interface Attributes extends LinearModels {
  readonly post_transform: string;
  readonly targets: number;
}

function checkTargets(targets: number, context: { fail(rule: string): never }): void {
  if (targets < 1) context.fail(`targets ${targets} must be at least 1`);
}

function* regress([x]: readonly (Value | undefined)[], attributes: Attributes, context: KernelContext): Steps<Outputs> {
  const { targets } = attributes;
  checkTargets(targets, context);
  const rows = yield* rowsOf(x as Tensor, context);
  checkModels(attributes, targets, rows.columns, context);
  const out = context.output("f32", [rows.count, targets]);
  const scores = yield* linearScores(rows, attributes, targets, context);
  const transform = postTransformOf(attributes.post_transform, context);
  for (let row = 0; row < rows.count; row++) {
    applyPostTransform(transform, scores.subarray(row * targets, (row + 1) * targets));
  }
  out.data.set(scores);
  return [yield* out.rounded()];
}
