import { defineOperator, required } from "../operator.ts";
import { REAL_1, REAL_13B, types } from "../type-sets.ts";

/** ONNX MatMul. */
export const matMul = defineOperator({
  name: "MatMul",
  versions: [{ since: 13 }, { since: 9, types: { T: REAL_1 } }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("A", "T"), required("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: REAL_13B },
  attributes: {},
  accuracy: "exact",
});
