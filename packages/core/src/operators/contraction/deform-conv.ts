import { int, ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX DeformConv. */
export const deformConv = defineOperator({
  name: "DeformConv",
  versions: [{ since: 22 }, { since: 19, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T"), required("W", "T"), required("offset", "T"), optional("B", "T"), optional("mask", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    dilations: ints(),
    group: int({ default: 1 }),
    kernel_shape: ints(),
    offset_group: int({ default: 1 }),
    pads: ints(),
    strides: ints(),
  },
  accuracy: "exact",
});
