import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX ConvInteger. */
export const convInteger = defineOperator({
  name: "ConvInteger",
  versions: [{ since: 10 }],
  inputs: [required("x", "T1"), required("w", "T2"), optional("x_zero_point", "T1"), optional("w_zero_point", "T2")],
  outputs: [required("y", "T3")],
  types: { T1: types("i8 u8"), T2: types("i8 u8"), T3: types("i32") },
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
