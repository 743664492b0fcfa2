import { int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Conv. */
export const conv = defineOperator({
  name: "Conv",
  versions: [{ since: 22 }, { since: 11, types: { T: types("f16 f32 f64") } }, { since: 1 }],
  inputs: [required("X", "T"), required("W", "T"), optional("B", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
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
