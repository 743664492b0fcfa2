import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_11, REAL_27 } from "../type-sets.ts";

/** ONNX Range. */
export const range = defineOperator({
  name: "Range",
  versions: [{ since: 27 }, { since: 11, types: { T: REAL_11 }, attributes: {} }],
  inputs: [required("start", "T"), required("limit", "T"), required("delta", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_27 },
  attributes: { stash_type: int({ default: 1 }) },
  accuracy: "exact",
});
