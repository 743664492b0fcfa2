import { defineOperator, required } from "../operator.ts";
import { INTS_18 } from "../type-sets.ts";

/** ONNX BitwiseAnd. */
export const bitwiseAnd = defineOperator({
  name: "BitwiseAnd",
  versions: [{ since: 18 }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T")],
  types: { T: INTS_18 },
  attributes: {},
  accuracy: "exact",
});
