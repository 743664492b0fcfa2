import { floats, int, ints, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LinearClassifier. */
export const linearClassifier = defineOperator({
  name: "LinearClassifier",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2"), required("Z", "f32")],
  types: { T1: types("i32 i64 f32 f64"), T2: types("i64 string") },
  attributes: {
    classlabels_ints: ints(),
    classlabels_strings: strings(),
    coefficients: floats({ required: true }),
    intercepts: floats(),
    multi_class: int({ default: 0 }),
    post_transform: string({ default: "NONE" }),
  },
  accuracy: "exact",
});
