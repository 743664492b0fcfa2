import { defineOperator, required } from "../operator.ts";
import { REAL_13E, REAL_1B, types } from "../type-sets.ts";

/** ONNX GreaterOrEqual. */
export const greaterOrEqual = defineOperator({
  name: "GreaterOrEqual",
  versions: [{ since: 16 }, { since: 12, types: { T: REAL_1B, T1: types("bool") } }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("C", "T1")],
  types: { T: REAL_13E, T1: types("bool") },
  attributes: {},
  accuracy: "exact",
});
