import { ints, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX ZipMap. */
export const zipMap = defineOperator({
  name: "ZipMap",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "f32")],
  outputs: [required("Z", "T")],
  types: { T: types("seq(map(string,f32)) seq(map(i64,f32))") },
  attributes: { classlabels_int64s: ints(), classlabels_strings: strings() },
  accuracy: "exact",
});
