import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_12, REAL_22, types } from "../type-sets.ts";

/** ONNX MaxPool. */
export const maxPool = defineOperator({
  name: "MaxPool",
  versions: [
    { since: 22 },
    { since: 12, types: { T: REAL_12, I: types("i64") } },
    { since: 11, types: { T: types("f16 f32 f64"), I: types("i64") } },
    { since: 10 },
    {
      since: 8,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        storage_order: int({ default: 0 }),
        strides: ints(),
      },
    },
    {
      since: 1,
      outputs: [required("Y", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T"), optional("Indices", "I")],
  types: { T: REAL_22, I: types("i64") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    ceil_mode: int({ default: 0 }),
    dilations: ints(),
    kernel_shape: ints({ required: true }),
    pads: ints(),
    storage_order: int({ default: 0 }),
    strides: ints(),
  },
  accuracy: "exact",
});
