import { int, ints, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { TEXT_AND_NUMBERS_ML } from "../type-sets.ts";

/** ONNX OneHotEncoder. */
export const oneHotEncoder = defineOperator({
  name: "OneHotEncoder",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "f32")],
  types: { T: TEXT_AND_NUMBERS_ML },
  attributes: { cats_int64s: ints(), cats_strings: strings(), zeros: int({ default: 1 }) },
  accuracy: "exact",
});
