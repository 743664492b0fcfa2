import { floats, int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX SVMRegressor. */
export const svmRegressor = defineOperator({
  name: "SVMRegressor",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: {
    coefficients: floats(),
    kernel_params: floats(),
    kernel_type: string({ default: "LINEAR" }),
    n_supports: int({ default: 0 }),
    one_class: int({ default: 0 }),
    post_transform: string({ default: "NONE" }),
    rho: floats(),
    support_vectors: floats(),
  },
  accuracy: "exact",
});
