import { float, floats, int, ints } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Imputer. */
export const imputer = defineOperator({
  name: "Imputer",
  domain: "ai.onnx.ml",
  versions: [{ since: 1 }],
  inputs: [required("X", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("i32 i64 f32 f64") },
  attributes: {
    imputed_value_floats: floats(),
    imputed_value_int64s: ints(),
    replaced_value_float: float({ default: 0 }),
    replaced_value_int64: int({ default: 0 }),
  },
  accuracy: "exact",
});
