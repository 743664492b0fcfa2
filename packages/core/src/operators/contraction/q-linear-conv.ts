import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX QLinearConv. */
export const qLinearConv = defineOperator({
  name: "QLinearConv",
  versions: [{ since: 10 }],
  inputs: [
    required("x", "T1"),
    required("x_scale", "f32"),
    required("x_zero_point", "T1"),
    required("w", "T2"),
    required("w_scale", "f32"),
    required("w_zero_point", "T2"),
    required("y_scale", "f32"),
    required("y_zero_point", "T3"),
    optional("B", "T4"),
  ],
  outputs: [required("y", "T3")],
  types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i8 u8"), T4: types("i32") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    pads: ints(),
    strides: ints(),
  },
  accuracy: "exact",
});
