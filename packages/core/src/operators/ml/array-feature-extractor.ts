import { defineOperator, required } from "../operator.ts";
import { TEXT_AND_NUMBERS_ML } from "../type-sets.ts";

/** ONNX ArrayFeatureExtractor. */
export const arrayFeatureExtractor = defineOperator({
  name: "ArrayFeatureExtractor",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T"), required("Y", "i64")],
  outputs: [required("Z", "T")],
  types: { T: TEXT_AND_NUMBERS_ML },
  attributes: {},
  accuracy: "exact",
});
