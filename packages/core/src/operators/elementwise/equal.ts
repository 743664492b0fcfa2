import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_AND_BOOL_13, REAL_AND_BOOL_1B, TEXT_AND_NUMBERS_13, types } from "../type-sets.ts";

/** ONNX Equal. */
export const equal = defineOperator({
  name: "Equal",
  versions: [
    { since: 19 },
    { since: 13, types: { T: REAL_AND_BOOL_13, T1: types("bool") } },
    { since: 11, types: { T: REAL_AND_BOOL_1B, T1: types("bool") } },
    { since: 7, types: { T: types("bool i32 i64"), T1: types("bool") } },
    { since: 1, attributes: { axis: int(), broadcast: int({ default: 0 }) } },
  ],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T1")],
  types: { T: TEXT_AND_NUMBERS_13, T1: types("bool") },
  attributes: {},
  accuracy: "exact",
});
