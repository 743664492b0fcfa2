import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** ONNX Size. */
export const sizeOperator = defineOperator({
  name: "Size",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24, T1: types("i64") } },
    { since: 23, types: { T: ANY_23, T1: types("i64") } },
    { since: 21, types: { T: ANY_21, T1: types("i64") } },
    { since: 19, types: { T: ANY_19, T1: types("i64") } },
    { since: 13, types: { T: ANY_13, T1: types("i64") } },
    { since: 1, types: { T: ANY_1, T1: types("i64") } },
  ],
  inputs: [required("data", "T")],
  outputs: [required("size", "T1")],
  types: { T: ANY_25, T1: types("i64") },
  attributes: {},
  accuracy: "exact",
});
