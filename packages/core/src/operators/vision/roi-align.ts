import { float, int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX RoiAlign. */
export const roiAlign = defineOperator({
  name: "RoiAlign",
  versions: [
    { since: 22 },
    { since: 16, types: { T1: types("f16 f32 f64"), T2: types("i64") } },
    {
      since: 10,
      attributes: {
        mode: string({ default: "avg" }),
        output_height: int({ default: 1 }),
        output_width: int({ default: 1 }),
        sampling_ratio: int({ default: 0 }),
        spatial_scale: float({ default: 1 }),
      },
    },
  ],
  inputs: [required("X", "T1"), required("rois", "T1"), required("batch_indices", "T2")],
  outputs: [required("Y", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i64") },
  attributes: {
    coordinate_transformation_mode: string({ default: "half_pixel" }),
    mode: string({ default: "avg" }),
    output_height: int({ default: 1 }),
    output_width: int({ default: 1 }),
    sampling_ratio: int({ default: 0 }),
    spatial_scale: float({ default: 1 }),
  },
  accuracy: "exact",
});
