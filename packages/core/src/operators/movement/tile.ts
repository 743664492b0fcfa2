import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX Tile. */
export const tile = defineOperator({
  name: "Tile",
  versions: [
    { since: 13 },
    { since: 6, types: { T: ANY_1, T1: types("i64") } },
    {
      since: 1,
      inputs: [required("input", "T"), required("tiles", "T"), required("axis", "T")],
      types: { T: types("f16 f32 f64"), T1: types("i64") },
    },
  ],
  inputs: [required("input", "T"), required("repeats", "T1")],
  outputs: [required("output", "T")],
  types: { T: ANY_13, T1: types("i64") },
  attributes: {},
  accuracy: "exact",
});
