import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1B } from "../type-sets.ts";

/** ONNX Shrink. */
export const shrink = defineOperator({
  name: "Shrink",
  versions: [{ since: 9 }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_1B },
  attributes: { bias: float({ default: 0 }), lambd: float({ default: 0.5 }) },
  accuracy: "exact",
});
