import { ints } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Slice. */
export const slice = defineOperator({
  name: "Slice",
  versions: [
    { since: 13 },
    { since: 11, types: { T: ANY_1, Tind: types("i32 i64") } },
    { since: 10 },
    {
      since: 1,
      inputs: [required("data", "T")],
      types: { T: ANY_1 },
      attributes: { axes: ints(), ends: ints({ required: true }), starts: ints({ required: true }) },
    },
  ],
  inputs: [
    required("data", "T"),
    required("starts", "Tind"),
    required("ends", "Tind"),
    optional("axes", "Tind"),
    optional("steps", "Tind"),
  ],
  outputs: [required("output", "T")],
  types: { T: ANY_13, Tind: types("i32 i64") },
  attributes: {},
  accuracy: "exact",
});
