import { defineOperator, required } from "../operator.ts";
import { INTS_18 } from "../type-sets.ts";

/** ONNX BitwiseNot. */
export const bitwiseNot = defineOperator({
  name: "BitwiseNot",
  versions: [{ since: 18 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: INTS_18 },
  attributes: {},
  accuracy: "exact",
});
