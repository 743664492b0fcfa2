import { ints, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX DictVectorizer. */
export const dictVectorizer = defineOperator({
  name: "DictVectorizer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: {
    T1: types("map(string,i64) map(i64,string) map(i64,f32) map(i64,f64) map(string,f32) map(string,f64)"),
    T2: types("i64 f32 f64 string"),
  },
  attributes: { int64_vocabulary: ints(), string_vocabulary: strings() },
  accuracy: "exact",
});
