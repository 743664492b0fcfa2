import { float, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_13, ANY_21, ANY_23, ANY_24, ANY_25, REAL_1B, types } from "../type-sets.ts";

/** ONNX Pad. */
export const pad = defineOperator({
  name: "Pad",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24, Tind: types("i32 i64") } },
    { since: 23, types: { T: ANY_23, Tind: types("i32 i64") } },
    { since: 21, types: { T: ANY_21, Tind: types("i32 i64") } },
    { since: 19, types: { T: ANY_13, Tind: types("i32 i64") } },
    { since: 18 },
    {
      since: 13,
      inputs: [required("data", "T"), required("pads", "i64"), optional("constant_value", "T")],
      types: { T: ANY_13 },
    },
    { since: 11, types: { T: REAL_1B } },
    {
      since: 2,
      inputs: [required("data", "T")],
      types: { T: types("f16 f32 f64") },
      attributes: {
        mode: string({ default: "constant" }),
        pads: ints({ required: true }),
        value: float({ default: 0 }),
      },
    },
    {
      since: 1,
      attributes: {
        mode: string({ default: "constant" }),
        paddings: ints({ required: true }),
        value: float({ default: 0 }),
      },
    },
  ],
  inputs: [required("data", "T"), required("pads", "i64"), optional("constant_value", "T"), optional("axes", "Tind")],
  outputs: [required("output", "T")],
  types: { T: ANY_25, Tind: types("i32 i64") },
  attributes: { mode: string({ default: "constant" }) },
  accuracy: "exact",
});
