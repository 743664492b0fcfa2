import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, types } from "../type-sets.ts";

/** The former name of ScatterElements, without reductions. ONNX Scatter. */
export const scatter = defineOperator({
  name: "Scatter",
  versions: [
    { since: 9, changed: "renamed to ScatterElements", upgrade: (node) => ({ ...node, op: "ScatterElements" }) },
  ],
  deprecated: 11,
  inputs: [required("data", "T"), required("indices", "Tind"), required("updates", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_1, Tind: types("i32 i64") },
  attributes: { axis: int({ default: 0 }) },
  accuracy: "exact",
});
