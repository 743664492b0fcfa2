import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_12B, REAL_13, REAL_13E, REAL_1B, types } from "../type-sets.ts";

/** ONNX Pow. */
export const pow = defineOperator({
  name: "Pow",
  versions: [
    { since: 15 },
    { since: 13, types: { T: REAL_13, T1: REAL_1B } },
    { since: 12, types: { T: REAL_12B, T1: REAL_1B } },
    { since: 7, inputs: [required("X", "T"), required("Y", "T")], types: { T: types("f16 f32 f64") } },
    { since: 1, attributes: { axis: int(), broadcast: int({ default: 0 }) } },
  ],
  inputs: [required("X", "T"), required("Y", "T1")],
  outputs: [required("Z", "T")],
  types: { T: REAL_13, T1: REAL_13E },
  attributes: {},
  accuracy: "exact",
});
