import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX DynamicQuantizeLinear. */
export const dynamicQuantizeLinear = defineOperator({
  name: "DynamicQuantizeLinear",
  versions: [{ since: 11 }],
  inputs: [required("x", "T1")],
  outputs: [required("y", "T2"), required("y_scale", "f32"), required("y_zero_point", "T2")],
  types: { T1: types("f32"), T2: types("u8") },
  attributes: {},
  accuracy: "exact",
});
