import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Where. */
export const where = defineOperator({
  name: "Where",
  versions: [{ since: 16 }, { since: 9, types: { B: types("bool"), T: ANY_1 } }],
  inputs: [required("condition", "B"), required("X", "T"), required("Y", "T")],
  outputs: [required("output", "T")],
  types: { B: types("bool"), T: ANY_13 },
  attributes: {},
  accuracy: "exact",
});
