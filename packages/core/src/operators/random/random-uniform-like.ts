import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX RandomUniformLike. */
export const randomUniformLike = defineOperator({
  name: "RandomUniformLike",
  versions: [{ since: 22 }, { since: 1, types: { T1: ANY_1, T2: types("f16 f32 f64") } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: ANY_13, T2: types("f16 bf16 f32 f64") },
  attributes: { dtype: int(), high: float({ default: 1 }), low: float({ default: 0 }), seed: float() },
  accuracy: "exact",
});
