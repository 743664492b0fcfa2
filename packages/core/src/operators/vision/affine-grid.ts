import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX AffineGrid. */
export const affineGrid = defineOperator({
  name: "AffineGrid",
  versions: [{ since: 20 }],
  inputs: [required("theta", "T1"), required("size", "T2")],
  outputs: [required("grid", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i64") },
  attributes: { align_corners: int({ default: 0 }) },
  accuracy: "exact",
});
