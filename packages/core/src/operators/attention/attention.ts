import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous, move } from "../../kernels/move.ts";
import { attentionPoints } from "../../lowering/attention-points.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { indices, stridedNumbers, tensorFrom } from "../../tensors/elements.ts";
import { sliced, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { float, int } from "../attributes.ts";
import { withoutAttributes } from "../edit-node.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { REAL_AND_BOOL_13, types } from "../type-sets.ts";
import { attend } from "./attend.ts";
import { biasWriter, type WriteBias } from "./attention-bias.ts";
import {
  type AttentionAttributes,
  type AttentionShapes,
  attentionShapes,
  checkAttributes,
  checkCache,
  inferShapes,
} from "./attention-shapes.ts";
import { byHeads } from "./heads.ts";

/**
 * softmax(scale * Q K^T, capped, + bias) V for each head: Q [batch, heads, queries, size], K and V [batch, kv heads, keys, size],
 * or rank 3 with the heads side by side in the last axis. A query that may attend to nothing gives zeros. ONNX Attention.
 */
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
      changed: "left_window_size, right_window_size",
      downgrade: withoutWindows,
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
      changed: "nonpad_kv_seqlen; attn_mask may cover fewer keys",
      downgrade: withoutPadding,
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
  infer(context) {
    checkAttributes(context.attributes, context);
    checkCache(
      [4, 5, 6].map((i) => context.has(i)),
      context,
    );
    const shapes = inferShapes(context);
    const [dtype, valueDtype] = [context.dtype(0), context.dtype(2)];
    return [
      dtype && tensorType(dtype, shapes?.y),
      dtype && tensorType(dtype, shapes?.key),
      valueDtype && tensorType(valueDtype, shapes?.value),
      dtype && tensorType(dtype, shapes?.scores),
    ];
  },
  *reference(inputs, attributes, context) {
    const tensors = inputs as readonly (Tensor | undefined)[];
    checkAttributes(attributes, context);
    checkCache(
      [4, 5, 6].map((i) => tensors[i] !== undefined),
      context,
    );
    const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
    const dims = attentionShapes(
      tensors.map((tensor) => tensor?.shape),
      attributes,
      rules,
    ) as AttentionShapes<number>;
    const q = yield* heads(tensors[0]!, dims.q, context);
    const k = yield* heads(tensors[1]!, dims.k, context);
    const v = yield* heads(tensors[2]!, dims.v, context);
    const [key, value] = [yield* joined(tensors[4], k, context), yield* joined(tensors[5], v, context)];
    const y = context.output(q.dtype, dims.y);
    const scores = context.wants(3) ? context.output(q.dtype, dims.scores) : undefined;
    yield* attend(
      {
        dims,
        q: stridedNumbers(q),
        k: stridedNumbers(key),
        v: stridedNumbers(value),
        scale: attributes.scale ?? 1 / Math.sqrt(q.shape[3]),
        softcap: attributes.softcap,
        mode: attributes.qk_matmul_output_mode,
        bias: biases(tensors, dims, attributes, context),
        packed: tensors[0]!.shape.length === 3,
      },
      y,
      scores,
      context,
    );
    return [y.tensor(), key, value, scores?.tensor()];
  },
  lower: attentionPoints,
  accuracy: "reduction",
  samples() {
    const k = tensorFrom("f32", [1, 1, 2, 1], [0, 0]);
    const v = tensorFrom("f32", [1, 1, 2, 2], [1, 2, 3, 6]);
    const past = [tensorFrom("f16", [1, 1, 1, 2], [0.5, 1]), tensorFrom("f16", [1, 1, 1, 2], [3, 4])];
    const x = tensorFrom("f16", [1, 2, 4], [1, 0, 0.5, -1, 2, 1, 0, 0.25]);
    const y = tensorFrom("f16", [1, 2, 2], [1, 2, 0.5, -1]);
    return [
      {
        inputs: [tensorFrom("f32", [1, 2, 1, 1], [1, 5]), k, v],
        outputs: [tensorFrom("f32", [1, 2, 1, 2], [2, 4, 2, 4])],
      },
      {
        inputs: [tensorFrom("f32", [1, 1, 3, 1], [1, 5, 2]), k, v, tensorFrom("bool", [3, 2], [1, 1, 1, 0, 0, 0])],
        attributes: { is_causal: 1 },
        outputs: [
          tensorFrom("f32", [1, 1, 3, 2], [1, 2, 1, 2, 0, 0]),
          tensorFrom("f32", [1, 1, 2, 1], [0, 0]),
          tensorFrom("f32", [1, 1, 2, 2], [1, 2, 3, 6]),
          tensorFrom("f32", [1, 1, 3, 2], [0, 0, 0, 0, 0, 0]),
        ],
      },
      {
        inputs: [x, y, y, tensorFrom("f16", [2, 3], [0, 1, -1, 0.5, 0, 0]), ...past],
        attributes: { q_num_heads: 2, kv_num_heads: 1, softcap: 2, qk_matmul_output_mode: 3 },
        outputCount: 4,
      },
      {
        inputs: [
          tensorFrom("f32", [1, 1, 2, 1], [1, 2]),
          tensorFrom("f32", [1, 1, 3, 1], [1, 2, 3]),
          tensorFrom("f32", [1, 1, 3, 1], [1, 2, 3]),
          undefined,
          undefined,
          undefined,
          tensorFrom("i64", [1], [2]),
        ],
        attributes: { left_window_size: 0, is_causal: 1 },
        outputs: [tensorFrom("f32", [1, 1, 2, 1], [1, 2])],
      },
    ];
  },
  errors() {
    const x = tensorFrom("f32", [1, 2, 2], [1, 2, 3, 4]);
    const one = tensorFrom("f32", [1, 1, 1, 1], [1]);
    const two = tensorFrom("f32", [1, 2, 1, 1], [1, 2]);
    return [
      { inputs: [x, x, x], message: /Q has rank 3, which needs q_num_heads/ },
      { inputs: [x, x, x], attributes: { q_num_heads: 3, kv_num_heads: 1 }, message: /must split into 3 heads/ },
      { inputs: [one, two, two], message: /1 query heads must be a multiple of 2 key heads/ },
      { inputs: [one, one, one, undefined, one], message: /past_key and past_value must come together/ },
      { inputs: [one, one, one], attributes: { qk_matmul_output_mode: 4 }, message: /qk_matmul_output_mode is 4/ },
      { inputs: [one, one, one, tensorFrom("f32", [1, 2], [0, 0])], message: /attn_mask has shape \[1, 2\]/ },
    ];
  },
});

function* heads(tensor: Tensor, shape: readonly number[], context: KernelContext): Steps<Tensor> {
  return byHeads(shape.length === tensor.shape.length ? tensor : yield* contiguous(tensor, context), shape);
}

/** The past and the new keys or values, one after the other. */
function* joined(past: Tensor | undefined, added: Tensor, context: KernelContext): Steps<Tensor> {
  if (past === undefined) return added;
  const [batch, count, before, size] = past.shape;
  const out = context.allocate(added.dtype, [batch, count, before + added.shape[2], size]);
  yield* move(sliced(out, 2, 0, before), past);
  yield* move(sliced(out, 2, before, added.shape[2]), added);
  return out;
}

function biases(
  tensors: readonly (Tensor | undefined)[],
  { scores, past }: AttentionShapes<number>,
  attributes: AttentionAttributes,
  context: KernelContext,
): WriteBias {
  const [batch, , queries, keys] = scores;
  const lengths = tensors[6] && indices(tensors[6]);
  const outside = lengths?.find((length) => !(length >= 0 && length <= keys));
  if (outside !== undefined) context.fail(`nonpad_kv_seqlen ${outside} must be in 0..${keys}`);
  return biasWriter(
    {
      shape: scores as [number, number, number, number],
      mask: tensors[3],
      causal: attributes.is_causal !== 0,
      left: attributes.left_window_size,
      right: attributes.right_window_size,
      offsets: lengths?.map((length) => length - queries) ?? new Array<number>(batch).fill(past),
      valid: lengths ?? new Array<number>(batch).fill(keys),
    },
    context,
  );
}

function withoutWindows(node: Node): Node | undefined {
  const isSet = ["left_window_size", "right_window_size"].some((name) => {
    const value = attributeOf(node, name);
    return value?.kind === "int" && value.value !== -1n;
  });
  return isSet ? undefined : withoutAttributes(node, "left_window_size", "right_window_size");
}

function withoutPadding(node: Node): Node | undefined {
  return (node.inputs[6] ?? "") === "" ? { ...node, inputs: node.inputs.slice(0, 6) } : undefined;
}
