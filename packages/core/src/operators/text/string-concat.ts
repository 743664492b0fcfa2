import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX StringConcat. */
export const stringConcat = defineOperator({
  name: "StringConcat",
  versions: [{ since: 20 }],
  inputs: [required("X", "T"), required("Y", "T")],
  outputs: [required("Z", "T")],
  types: { T: types("string") },
  attributes: {},
  accuracy: "exact",
});
