import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B } from "../type-sets.ts";

/** ONNX Sign. */
export const sign = defineOperator({
  name: "Sign",
  versions: [{ since: 13 }, { since: 9, types: { T: REAL_1B } }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_13E },
  attributes: {},
  accuracy: "exact",
});
