import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";

/** ONNX Greater. */
export const greater = defineOperator({
  name: "Greater",
  versions: [
    { since: 13 },
    { since: 9, types: { T: REAL_1B, T1: types("bool") } },
    { since: 7, types: { T: types("f16 f32 f64"), T1: types("bool") } },
    { since: 1, attributes: { axis: int(), broadcast: int({ default: 0 }) } },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T1")],
  types: { T: REAL_13E, T1: types("bool") },
  attributes: {},
  accuracy: "exact",
});
