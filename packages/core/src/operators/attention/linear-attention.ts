import { float, int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** ONNX LinearAttention. */
export const linearAttention = defineOperator({
  name: "LinearAttention",
  versions: [{ since: 27 }],
  inputs: [
    required("query", "T"),
    required("key", "T"),
    required("value", "T"),
    optional("past_state", "S"),
    optional("decay", "T"),
    optional("beta", "T"),
  ],
  outputs: [required("output", "T"), required("present_state", "S")],
  types: { T: types("f16 bf16 f32"), S: types("f16 bf16 f32") },
  attributes: {
    chunk_size: int({ default: 64 }),
    kv_num_heads: int({ required: true }),
    q_num_heads: int({ required: true }),
    scale: float({ default: 0 }),
    update_rule: string({ default: "gated_delta" }),
  },
  accuracy: "exact",
});
