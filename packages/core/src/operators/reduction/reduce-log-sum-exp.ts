import { int, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";

/** ONNX ReduceLogSumExp. */
export const reduceLogSumExp = defineOperator({
  name: "ReduceLogSumExp",
  versions: [
    { since: 28 },
    { since: 18, types: { T: REAL_13B } },
    { since: 13, inputs: [required("data", "T")], attributes: { axes: ints(), keepdims: int({ default: 1 }) } },
    { since: 11, types: { T: REAL_1 } },
    { since: 1 },
  ],
  inputs: [required("data", "T"), optional("axes", "i64")],
  outputs: [required("reduced", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { keepdims: int({ default: 1 }), noop_with_empty_axes: int({ default: 0 }) },
  accuracy: "exact",
});
