import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13 } from "../type-sets.ts";

/** ONNX Expand. */
export const expand = defineOperator({
  name: "Expand",
  versions: [{ since: 13 }, { since: 8, types: { T: ANY_1 } }],
  inputs: [required("input", "T"), required("shape", "i64")],
  outputs: [required("output", "T")],
  types: { T: ANY_13 },
  attributes: {},
  accuracy: "exact",
});
