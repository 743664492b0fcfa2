import { float, floats, int, ints, string, strings, tensor } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { TEXT_AND_NUMBERS_MLB, types } from "../type-sets.ts";

/** ONNX LabelEncoder. */
export const labelEncoder = defineOperator({
  name: "LabelEncoder",
  domain: "ai.onnx.ml",
  versions: [
    { since: 4 },
    {
      since: 2,
      types: { T1: types("i64 f32 string"), T2: types("i64 f32 string") },
      attributes: {
        default_float: float({ default: -0 }),
        default_int64: int({ default: -1 }),
        default_string: string({ default: "_Unused" }),
        keys_floats: floats(),
        keys_int64s: ints(),
        keys_strings: strings(),
        values_floats: floats(),
        values_int64s: ints(),
        values_strings: strings(),
      },
    },
    {
      since: 1,
      types: { T1: types("i64 string"), T2: types("i64 string") },
      attributes: {
        classes_strings: strings(),
        default_int64: int({ default: -1 }),
        default_string: string({ default: "_Unused" }),
      },
    },
  ],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: TEXT_AND_NUMBERS_MLB, T2: TEXT_AND_NUMBERS_MLB },
  attributes: {
    default_float: float({ default: -0 }),
    default_int64: int({ default: -1 }),
    default_string: string({ default: "_Unused" }),
    default_tensor: tensor(),
    keys_floats: floats(),
    keys_int64s: ints(),
    keys_strings: strings(),
    keys_tensor: tensor(),
    values_floats: floats(),
    values_int64s: ints(),
    values_strings: strings(),
    values_tensor: tensor(),
  },
  accuracy: "exact",
});
