import { floats, int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LinearRegressor. */
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
  accuracy: "exact",
});
