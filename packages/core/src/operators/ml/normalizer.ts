import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Normalizer. */
export const normalizer = defineOperator({
  name: "Normalizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: { norm: string({ default: "MAX" }) },
  accuracy: "exact",
});
