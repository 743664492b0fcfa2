import { float, floats, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, REAL_AND_BOOL_1 } from "../type-sets.ts";

/** ONNX Upsample. */
export const upsample = defineOperator({
  name: "Upsample",
  versions: [
    { since: 9 },
    {
      since: 7,
      inputs: [required("X", "T")],
      attributes: { mode: string({ default: "nearest" }), scales: floats({ required: true }) },
    },
    {
      since: 1,
      types: { T: REAL_AND_BOOL_1 },
      attributes: {
        height_scale: float({ required: true }),
        mode: string({ default: "nearest" }),
        width_scale: float({ required: true }),
      },
    },
  ],
  deprecated: 10,
  inputs: [required("X", "T"), required("scales", "f32")],
  outputs: [required("Y", "T")],
  types: { T: ANY_1 },
  attributes: { mode: string({ default: "nearest" }) },
  accuracy: "exact",
});
