import { float, floats, int, ints, string, strings, tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, types } from "../type-sets.ts";

/** ONNX Constant. */
export const constant = defineOperator({
  name: "Constant",
  versions: [
    { since: 25 },
    { since: 24, types: { T: ANY_24 } },
    { since: 23, types: { T: ANY_23 } },
    { since: 21, types: { T: ANY_21 } },
    { since: 19, types: { T: ANY_19 } },
    { since: 13, types: { T: ANY_13 } },
    { since: 12, types: { T: ANY_1 } },
    { since: 11, attributes: { sparse_value: tensor(), value: tensor() } },
    { since: 9, attributes: { value: tensor({ required: true }) } },
    { since: 1, types: { T: types("f16 f32 f64") } },
  ],
  inputs: [],
  outputs: [required("output", "T")],
  types: { T: ANY_25 },
  attributes: {
    sparse_value: tensor(),
    value: tensor(),
    value_float: float(),
    value_floats: floats(),
    value_int: int(),
    value_ints: ints(),
    value_string: string(),
    value_strings: strings(),
  },
  accuracy: "exact",
});
