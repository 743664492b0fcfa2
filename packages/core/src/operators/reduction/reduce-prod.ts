import { int, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_1, REAL_13B } from "../type-sets.ts";

/** ONNX ReduceProd. */
export const reduceProd = defineOperator({
  name: "ReduceProd",
  versions: [
    { since: 18 },
    { since: 13, inputs: [required("data", "T")], attributes: { axes: ints(), keepdims: int({ default: 1 }) } },
    { since: 11, types: { T: REAL_1 } },
    { since: 1 },
  ],
  inputs: [required("data", "T"), optional("axes", "i64")],
  outputs: [required("reduced", "T")],
  types: { T: REAL_13B },
  attributes: { keepdims: int({ default: 1 }), noop_with_empty_axes: int({ default: 0 }) },
  accuracy: "exact",
});
