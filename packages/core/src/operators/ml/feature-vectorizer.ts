import { ints } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX FeatureVectorizer. */
export const featureVectorizer = defineOperator({
  name: "FeatureVectorizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [variadic("X", "T1")],
  outputs: [required("Y", "f32")],
  types: { T1: types("i32 i64 f32 f64") },
  attributes: { inputdimensions: ints() },
  accuracy: "exact",
});
