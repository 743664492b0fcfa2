import { float, int } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_AND_BOOL_13, types } from "../type-sets.ts";

/** ONNX Attention. */
export const attention = defineOperator({
  name: "Attention",
  versions: [
    { since: 25 },
    {
      since: 24,
      attributes: {
        is_causal: int({ default: 0 }),
        kv_num_heads: int(),
        q_num_heads: int(),
        qk_matmul_output_mode: int({ default: 0 }),
        scale: float(),
        softcap: float({ default: 0 }),
        softmax_precision: int(),
      },
    },
    {
      since: 23,
      inputs: [
        required("Q", "T1"),
        required("K", "T1"),
        required("V", "T2"),
        optional("attn_mask", "U"),
        optional("past_key", "T1"),
        optional("past_value", "T2"),
      ],
    },
  ],
  inputs: [
    required("Q", "T1"),
    required("K", "T1"),
    required("V", "T2"),
    optional("attn_mask", "U"),
    optional("past_key", "T1"),
    optional("past_value", "T2"),
    optional("nonpad_kv_seqlen", "i64"),
  ],
  outputs: [
    required("Y", "T1"),
    optional("present_key", "T1"),
    optional("present_value", "T2"),
    optional("qk_matmul_output", "T1"),
  ],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("f16 bf16 f32 f64"), U: REAL_AND_BOOL_13 },
  attributes: {
    is_causal: int({ default: 0 }),
    kv_num_heads: int(),
    left_window_size: int({ default: -1 }),
    q_num_heads: int(),
    qk_matmul_output_mode: int({ default: 0 }),
    right_window_size: int({ default: -1 }),
    scale: float(),
    softcap: float({ default: 0 }),
    softmax_precision: int(),
  },
  accuracy: "exact",
});
