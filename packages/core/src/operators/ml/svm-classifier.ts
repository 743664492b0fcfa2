import { floats, ints, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX SVMClassifier. */
export const svmClassifier = defineOperator({
  name: "SVMClassifier",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2"), required("Z", "f32")],
  types: { T1: types("i32 i64 f32 f64"), T2: types("i64 string") },
  attributes: {
    classlabels_ints: ints(),
    classlabels_strings: strings(),
    coefficients: floats(),
    kernel_params: floats(),
    kernel_type: string({ default: "LINEAR" }),
    post_transform: string({ default: "NONE" }),
    prob_a: floats(),
    prob_b: floats(),
    rho: floats(),
    support_vectors: floats(),
    vectors_per_class: ints(),
  },
  accuracy: "exact",
});
