import { int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX RotaryEmbedding. */
export const rotaryEmbedding = defineOperator({
  name: "RotaryEmbedding",
  versions: [{ since: 23 }],
  inputs: [required("X", "T"), required("cos_cache", "T"), required("sin_cache", "T"), optional("position_ids", "M")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32"), M: types("i64") },
  attributes: { interleaved: int({ default: 0 }), num_heads: int(), rotary_embedding_dim: int({ default: 0 }) },
  accuracy: "exact",
});
