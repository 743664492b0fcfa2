import { int, string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX ScatterElements. */
export const scatterElements = defineOperator({
  name: "ScatterElements",
  versions: [
    { since: 18 },
    { since: 16 },
    { since: 13, attributes: { axis: int({ default: 0 }) } },
    { since: 11, types: { T: ANY_1, Tind: types("i32 i64") } },
  ],
  inputs: [required("data", "T"), required("indices", "Tind"), required("updates", "T")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: { axis: int({ default: 0 }), reduction: string({ default: "none" }) },
  accuracy: "exact",
});
