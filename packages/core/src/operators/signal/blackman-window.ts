import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_13E, types } from "../type-sets.ts";

/** ONNX BlackmanWindow. */
export const blackmanWindow = defineOperator({
  name: "BlackmanWindow",
  versions: [{ since: 17 }],
  inputs: [required("size", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("i32 i64"), T2: REAL_13E },
  attributes: { output_datatype: int({ default: 1 }), periodic: int({ default: 1 }) },
  accuracy: "exact",
});
