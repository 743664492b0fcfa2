import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, types } from "../type-sets.ts";

/** ONNX Scatter. */
export const scatter = defineOperator({
  name: "Scatter",
  versions: [{ since: 9 }],
  deprecated: 11,
  inputs: [required("data", "T"), required("indices", "Tind"), required("updates", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_1, Tind: types("i32 i64") },
  attributes: { axis: int({ default: 0 }) },
  accuracy: "exact",
});
