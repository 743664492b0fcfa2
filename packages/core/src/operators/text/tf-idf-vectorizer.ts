import { floats, int, ints, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX TfIdfVectorizer. */
export const tfIdfVectorizer = defineOperator({
  name: "TfIdfVectorizer",
  versions: [{ since: 9 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T1")],
  types: { T: types("i32 i64 string"), T1: types("f32") },
  attributes: {
    max_gram_length: int({ required: true }),
    max_skip_count: int({ required: true }),
    min_gram_length: int({ required: true }),
    mode: string({ required: true }),
    ngram_counts: ints({ required: true }),
    ngram_indexes: ints({ required: true }),
    pool_int64s: ints(),
    pool_strings: strings(),
    weights: floats(),
  },
  accuracy: "exact",
});
