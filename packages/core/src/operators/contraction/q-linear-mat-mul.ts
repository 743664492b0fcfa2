import { defineOperator, required } from "../operator.ts";
import { REAL_19, types } from "../type-sets.ts";

/** ONNX QLinearMatMul. */
export const qLinearMatMul = defineOperator({
  name: "QLinearMatMul",
  versions: [
    { since: 21 },
    {
      since: 10,
      inputs: [
        required("a", "T1"),
        required("a_scale", "f32"),
        required("a_zero_point", "T1"),
        required("b", "T2"),
        required("b_scale", "f32"),
        required("b_zero_point", "T2"),
        required("y_scale", "f32"),
        required("y_zero_point", "T3"),
      ],
      types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i8 u8") },
    },
  ],
  inputs: [
    required("a", "T1"),
    required("a_scale", "TS"),
    required("a_zero_point", "T1"),
    required("b", "T2"),
    required("b_scale", "TS"),
    required("b_zero_point", "T2"),
    required("y_scale", "TS"),
    required("y_zero_point", "T3"),
  ],
  outputs: [required("y", "T3")],
  types: { TS: types("f16 bf16 f32"), T1: REAL_19, T2: REAL_19, T3: REAL_19 },
  attributes: {},
  accuracy: "exact",
});
