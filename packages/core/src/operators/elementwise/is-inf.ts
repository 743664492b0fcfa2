import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { FLOATS_20, types } from "../type-sets.ts";

/** ONNX IsInf. */
export const isInf = defineOperator({
  name: "IsInf",
  versions: [{ since: 20 }, { since: 10, types: { T1: types("f32 f64"), T2: types("bool") } }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: FLOATS_20, T2: types("bool") },
  attributes: { detect_negative: int({ default: 1 }), detect_positive: int({ default: 1 }) },
  accuracy: "exact",
});
