import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_AND_BOOL_13, REAL_AND_BOOL_1B } from "../type-sets.ts";

/** ONNX EyeLike. */
export const eyeLike = defineOperator({
  name: "EyeLike",
  versions: [{ since: 22 }, { since: 9, types: { T1: REAL_AND_BOOL_1B, T2: REAL_AND_BOOL_1B } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: REAL_AND_BOOL_13, T2: REAL_AND_BOOL_13 },
  attributes: { dtype: int(), k: int({ default: 0 }) },
  accuracy: "exact",
});
