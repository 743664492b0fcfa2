import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_AND_BOOL_13, types } from "../type-sets.ts";

/** ONNX Bernoulli. */
export const bernoulli = defineOperator({
  name: "Bernoulli",
  versions: [{ since: 22 }, { since: 15, types: { T1: types("f16 f32 f64"), T2: REAL_AND_BOOL_13 } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: types("f16 bf16 f32 f64"), T2: REAL_AND_BOOL_13 },
  attributes: { dtype: int(), seed: float() },
  accuracy: "exact",
});
