import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX MatMulInteger. */
export const matMulInteger = defineOperator({
  name: "MatMulInteger",
  versions: [{ since: 10 }],
  inputs: [required("A", "T1"), required("B", "T2"), optional("a_zero_point", "T1"), optional("b_zero_point", "T2")],
  outputs: [required("Y", "T3")],
  types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i32") },
  attributes: {},
  accuracy: "exact",
});
