import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Binarizer. */
export const binarizer = defineOperator({
  name: "Binarizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: { threshold: float({ default: 0 }) },
  accuracy: "exact",
});
