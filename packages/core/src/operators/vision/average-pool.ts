import { int, ints, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX AveragePool. */
export const averagePool = defineOperator({
  name: "AveragePool",
  versions: [
    { since: 22 },
    { since: 19, types: { T: types("f16 f32 f64") } },
    {
      since: 11,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        ceil_mode: int({ default: 0 }),
        count_include_pad: int({ default: 0 }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
    { since: 10 },
    {
      since: 7,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        count_include_pad: int({ default: 0 }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
    {
      since: 1,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        pads: ints(),
        strides: ints(),
      },
    },
  ],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    ceil_mode: int({ default: 0 }),
    count_include_pad: int({ default: 0 }),
    dilations: ints(),
    kernel_shape: ints({ required: true }),
    pads: ints(),
    strides: ints(),
  },
  accuracy: "exact",
});
