import { ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_13, types } from "../type-sets.ts";

/** ONNX CenterCropPad. */
export const centerCropPad = defineOperator({
  name: "CenterCropPad",
  versions: [{ since: 18 }],
  inputs: [required("input_data", "T"), required("shape", "Tind")],
  outputs: [required("output_data", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: { axes: ints() },
  accuracy: "exact",
});
