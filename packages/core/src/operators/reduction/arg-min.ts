import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";

/** ONNX ArgMin. */
export const argMin = defineOperator({
  name: "ArgMin",
  versions: [
    { since: 13 },
    { since: 12, types: { T: REAL_1B } },
    { since: 11, attributes: { axis: int({ default: 0 }), keepdims: int({ default: 1 }) } },
    { since: 1 },
  ],
  inputs: [required("data", "T")],
  outputs: [required("reduced", "i64")],
  types: { T: REAL_13E },
  attributes: { axis: int({ default: 0 }), keepdims: int({ default: 1 }), select_last_index: int({ default: 0 }) },
  accuracy: "exact",
});
