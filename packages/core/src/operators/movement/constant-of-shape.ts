import { tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import {
  REAL_AND_BOOL_1B,
  REAL_AND_BOOL_20B,
  REAL_AND_BOOL_21,
  REAL_AND_BOOL_23,
  REAL_AND_BOOL_24,
  REAL_AND_BOOL_25,
  types,
} from "../type-sets.ts";

/** ONNX ConstantOfShape. */
export const constantOfShape = defineOperator({
  name: "ConstantOfShape",
  versions: [
    { since: 25 },
    { since: 24, types: { T1: types("i64"), T2: REAL_AND_BOOL_24 } },
    { since: 23, types: { T1: types("i64"), T2: REAL_AND_BOOL_23 } },
    { since: 21, types: { T1: types("i64"), T2: REAL_AND_BOOL_21 } },
    { since: 20, types: { T1: types("i64"), T2: REAL_AND_BOOL_20B } },
    { since: 9, types: { T1: types("i64"), T2: REAL_AND_BOOL_1B } },
  ],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("i64"), T2: REAL_AND_BOOL_25 },
  attributes: { value: tensor() },
  accuracy: "exact",
});
