import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX ConvTranspose. */
export const convTranspose = defineOperator({
  name: "ConvTranspose",
  versions: [{ since: 22 }, { since: 11, types: { T: types("f16 f32 f64") } }, { since: 1 }],
  inputs: [required("X", "T"), required("W", "T"), optional("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    auto_pad: string({ default: "NOTSET" }),
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    output_padding: ints(),
    output_shape: ints(),
    pads: ints(),
    strides: ints(),
  },
  accuracy: "exact",
});
