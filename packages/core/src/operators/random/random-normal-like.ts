import { float, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_1, ANY_13, types } from "../type-sets.ts";

/** ONNX RandomNormalLike. */
export const randomNormalLike = defineOperator({
  name: "RandomNormalLike",
  versions: [{ since: 22 }, { since: 1, types: { T1: ANY_1, T2: types("f16 f32 f64") } }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: ANY_13, T2: types("f16 bf16 f32 f64") },
  attributes: { dtype: int(), mean: float({ default: 0 }), scale: float({ default: 1 }), seed: float() },
  accuracy: "exact",
});
