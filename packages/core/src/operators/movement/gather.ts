import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Gather. */
export const gather = defineOperator({
  name: "Gather",
  versions: [{ since: 13 }, { since: 11, types: { T: ANY_1, Tind: types("i32 i64") } }, { since: 1 }],
  inputs: [required("data", "T"), required("indices", "Tind")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: { axis: int({ default: 0 }) },
  accuracy: "exact",
});
