import { defineOperator, required } from "../operator.ts";
import { FLOATS_20, types } from "../type-sets.ts";

/** ONNX IsNaN. */
export const isNaN = defineOperator({
  name: "IsNaN",
  versions: [
    { since: 20 },
    { since: 13, types: { T1: types("f16 bf16 f32 f64"), T2: types("bool") } },
    { since: 9, types: { T1: types("f16 f32 f64"), T2: types("bool") } },
  ],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: FLOATS_20, T2: types("bool") },
  attributes: {},
  accuracy: "exact",
});
