import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX NonZero. */
export const nonZero = defineOperator({
  name: "NonZero",
  versions: [{ since: 13 }, { since: 9, types: { T: ANY_1 } }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "i64")],
  types: { T: ANY_13 },
  attributes: {},
  accuracy: "exact",
});
