import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { type AttributeValues, floats, int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { applyPostTransform, postTransformOf } from "./post-transform.ts";
import { rowDims, rowsOf } from "./rows.ts";
import { kernelOf, kernelValues } from "./svm-kernel.ts";

const ATTRIBUTES = {
  coefficients: floats(),
  kernel_params: floats(),
  kernel_type: string({ default: "LINEAR" }),
  n_supports: int({ default: 0 }),
  one_class: int({ default: 0 }),
  post_transform: string({ default: "NONE" }),
  rho: floats(),
  support_vectors: floats(),
};

type Attributes = AttributeValues<typeof ATTRIBUTES>;

/**
 * Support vector regression over X [N, F]: the sum of coefficient times kernel(x, support vector), plus rho: [N, 1].
 * Without support vectors the coefficients are those of a plane; one_class gives 1 above 0, else -1. ONNX SVMRegressor.
 */
export const svmRegressor = defineOperator({
  name: "SVMRegressor",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: ATTRIBUTES,
  infer(context) {
    const { attributes } = context;
    if (attributes.n_supports > 0) kernelOf(attributes.kernel_type, attributes.kernel_params, context);
    postTransformOf(attributes.post_transform, context);
    const shape = context.shape(0);
    return [tensorType("f32", [shape === undefined ? context.fresh() : rowDims(shape, context)[0], 1])];
  },
  reference: regress,
  accuracy: "transcendental",
  samples: () => [
    {
      attributes: { coefficients: [1, -0.5], rho: [0.25], n_supports: 2, support_vectors: [1, 0, 0, 1] },
      inputs: [tensorFrom("f32", [2, 2], [1, 2, 3, 4])],
      outputs: [tensorFrom("f32", [2, 1], [0.25, 1.25])],
    },
    {
      attributes: {
        coefficients: [1],
        rho: [-0.5],
        n_supports: 1,
        support_vectors: [1],
        kernel_type: "RBF",
        kernel_params: [1, 0, 0],
        one_class: 1,
      },
      inputs: [tensorFrom("f32", [2, 1], [1, 3])],
      outputs: [tensorFrom("f32", [2, 1], [1, -1])],
    },
    {
      attributes: { coefficients: [2, -1], rho: [1] },
      inputs: [tensorFrom("i64", [1, 2], [3, 4])],
      outputs: [tensorFrom("f32", [1, 1], [3])],
    },
  ],
  errors: () => [
    {
      attributes: { coefficients: [1], rho: [0], n_supports: 2, support_vectors: [1, 2] },
      inputs: [tensorFrom("f32", [1, 1], [1])],
      message: /1 coefficients must be as many as support vectors \(2\)/,
    },
    {
      attributes: { coefficients: [1], rho: [0], n_supports: 1, support_vectors: [1], kernel_type: "COSINE" },
      inputs: [tensorFrom("f32", [1, 1], [1])],
      message: /kernel_type "COSINE" must be LINEAR, POLY, RBF or SIGMOID/,
    },
  ],
});

function* regress([x]: readonly (Value | undefined)[], attributes: Attributes, context: KernelContext): Steps<Outputs> {
  const rows = yield* rowsOf(x as Tensor, context);
  const { coefficients = [], rho = [], n_supports: supports } = attributes;
  const kernel = kernelOf(supports > 0 ? attributes.kernel_type : "LINEAR", attributes.kernel_params, context);
  const vectors = supports > 0 ? (attributes.support_vectors ?? []) : coefficients;
  const count = supports > 0 ? supports : 1;
  if (supports > 0 && coefficients.length !== supports) {
    context.fail(`${coefficients.length} coefficients must be as many as support vectors (${supports})`);
  }
  if (rho.length < 1) context.fail("rho must have a value");
  const out = context.output("f32", [rows.count, 1]);
  const values = yield* kernelValues(kernel, rows, vectors, count, context);
  const transform = postTransformOf(attributes.post_transform, context);
  const score = new Float64Array(1);
  for (let row = 0; row < rows.count; row++) {
    score[0] = rho[0];
    for (let i = 0; i < count; i++) score[0] += values[row * count + i] * (supports > 0 ? coefficients[i] : 1);
    if (attributes.one_class !== 0) score[0] = score[0] > 0 ? 1 : -1;
    else applyPostTransform(transform, score);
    out.data[row] = score[0];
  }
  return [yield* out.rounded()];
}
