import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";

/** ONNX NonMaxSuppression. */
export const nonMaxSuppression = defineOperator({
  name: "NonMaxSuppression",
  versions: [{ since: 11 }, { since: 10 }],
  inputs: [
    required("boxes", "f32"),
    required("scores", "f32"),
    optional("max_output_boxes_per_class", "i64"),
    optional("iou_threshold", "f32"),
    optional("score_threshold", "f32"),
  ],
  outputs: [required("selected_indices", "i64")],
  types: {},
  attributes: { center_point_box: int({ default: 0 }) },
  accuracy: "exact",
});
