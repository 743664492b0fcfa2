import { int, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_1, REAL_12C, REAL_13D, REAL_AND_BOOL_20 } from "../type-sets.ts";

/** ONNX ReduceMax. */
export const reduceMax = defineOperator({
  name: "ReduceMax",
  versions: [
    { since: 20 },
    { since: 18, types: { T: REAL_13D } },
    { since: 13, inputs: [required("data", "T")], attributes: { axes: ints(), keepdims: int({ default: 1 }) } },
    { since: 12, types: { T: REAL_12C } },
    { since: 11, types: { T: REAL_1 } },
    { since: 1 },
  ],
  inputs: [required("data", "T"), optional("axes", "i64")],
  outputs: [required("reduced", "T")],
  types: { T: REAL_AND_BOOL_20 },
  attributes: { keepdims: int({ default: 1 }), noop_with_empty_axes: int({ default: 0 }) },
  accuracy: "exact",
});
