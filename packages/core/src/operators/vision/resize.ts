import { float, int, ints, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Resize. */
export const resize = defineOperator({
  name: "Resize",
  versions: [
    { since: 19 },
    { since: 18 },
    {
      since: 13,
      attributes: {
        coordinate_transformation_mode: string({ default: "half_pixel" }),
        cubic_coeff_a: float({ default: -0.75 }),
        exclude_outside: int({ default: 0 }),
        extrapolation_value: float({ default: 0 }),
        mode: string({ default: "nearest" }),
        nearest_mode: string({ default: "round_prefer_floor" }),
      },
    },
    {
      since: 11,
      inputs: [required("X", "T1"), required("roi", "T2"), required("scales", "f32"), optional("sizes", "i64")],
      types: { T1: ANY_1, T2: types("f16 f32 f64") },
    },
    {
      since: 10,
      inputs: [required("X", "T"), required("scales", "f32")],
      outputs: [required("Y", "T")],
      types: { T: ANY_1 },
      attributes: { mode: string({ default: "nearest" }) },
    },
  ],
  inputs: [required("X", "T1"), optional("roi", "T2"), optional("scales", "f32"), optional("sizes", "i64")],
  outputs: [required("Y", "T1")],
  types: { T1: ANY_13, T2: types("f16 f32 f64") },
  attributes: {
    antialias: int({ default: 0 }),
    axes: ints(),
    coordinate_transformation_mode: string({ default: "half_pixel" }),
    cubic_coeff_a: float({ default: -0.75 }),
    exclude_outside: int({ default: 0 }),
    extrapolation_value: float({ default: 0 }),
    keep_aspect_ratio_policy: string({ default: "stretch" }),
    mode: string({ default: "nearest" }),
    nearest_mode: string({ default: "round_prefer_floor" }),
  },
  accuracy: "exact",
});
