import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Compress. */
export const compress = defineOperator({
  name: "Compress",
  versions: [{ since: 28 }, { since: 11, types: { T: ANY_1, T1: types("bool") } }, { since: 9 }],
  inputs: [required("input", "T"), required("condition", "T1")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, T1: types("bool") },
  attributes: { axis: int() },
  accuracy: "exact",
});
