import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX GridSample. */
export const gridSample = defineOperator({
  name: "GridSample",
  versions: [
    { since: 22 },
    { since: 20, types: { T1: ANY_1, T2: types("f16 f32 f64") } },
    {
      since: 16,
      attributes: {
        align_corners: int({ default: 0 }),
        mode: string({ default: "bilinear" }),
        padding_mode: string({ default: "zeros" }),
      },
    },
  ],
  inputs: [required("X", "T1"), required("grid", "T2")],
  outputs: [required("Y", "T1")],
  types: { T1: ANY_13, T2: types("f16 bf16 f32 f64") },
  attributes: {
    align_corners: int({ default: 0 }),
    mode: string({ default: "linear" }),
    padding_mode: string({ default: "zeros" }),
  },
  accuracy: "exact",
});
