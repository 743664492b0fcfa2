import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX Multinomial. */
export const multinomial = defineOperator({
  name: "Multinomial",
  versions: [{ since: 22 }, { since: 7, types: { T1: types("f16 f32 f64"), T2: types("i32 i64") } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i32 i64") },
  attributes: { dtype: int({ default: 6 }), sample_size: int({ default: 1 }), seed: float() },
  accuracy: "exact",
});
