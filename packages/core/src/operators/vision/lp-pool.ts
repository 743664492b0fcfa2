import { float, int, ints, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LpPool. */
export const lpPool = defineOperator({
  name: "LpPool",
  versions: [
    { since: 22 },
    { since: 18, types: { T: types("f16 f32 f64") } },
    {
      since: 11,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints({ required: true }),
        p: int({ default: 2 }),
        pads: ints(),
        strides: ints(),
      },
    },
    { since: 2 },
    {
      since: 1,
      attributes: {
        auto_pad: string({ default: "NOTSET" }),
        kernel_shape: ints(),
        p: float({ default: 2 }),
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
    dilations: ints(),
    kernel_shape: ints({ required: true }),
    p: int({ default: 2 }),
    pads: ints(),
    strides: ints(),
  },
  accuracy: "exact",
});
