import { int, ints, string, strings } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX CategoryMapper. */
export const categoryMapper = defineOperator({
  name: "CategoryMapper",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: types("i64 string"), T2: types("i64 string") },
  attributes: {
    cats_int64s: ints(),
    cats_strings: strings(),
    default_int64: int({ default: -1 }),
    default_string: string({ default: "_Unused" }),
  },
  accuracy: "exact",
});
