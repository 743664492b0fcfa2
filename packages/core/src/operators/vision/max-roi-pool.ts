import { float, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX MaxRoiPool. */
export const maxRoiPool = defineOperator({
  name: "MaxRoiPool",
  versions: [{ since: 22 }, { since: 1, types: { T: types("f16 f32 f64") } }],
  inputs: [required("X", "T"), required("rois", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: { pooled_shape: ints({ required: true }), spatial_scale: float({ default: 1 }) },
  accuracy: "exact",
});
