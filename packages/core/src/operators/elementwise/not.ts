import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Not. */
export const not = defineOperator({
  name: "Not",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("bool") },
  attributes: {},
  accuracy: "exact",
});
