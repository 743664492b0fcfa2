import { numbersOf } from "../../kernels/read-numbers.ts";
import { linearAttentionPoints } from "../../lowering/linear-attention-points.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { float, int, string } from "../attributes.ts";
import { defineOperator, optional, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { recur } from "./linear-recurrence.ts";
import { checkRule, linearShapes } from "./linear-shapes.ts";

/**
 * The recurrence S = exp(decay) S + k (x) v (delta rules: v - S k instead of v, times beta), o = scale * q S over a sequence,
 * for each head; q, k, v are [batch, sequence, heads * size], the state S is [batch, kv heads, key size, value size]. ONNX LinearAttention.
 */
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
  infer(context) {
    const { attributes } = context;
    checkRule(
      attributes,
      [4, 5].map((i) => context.has(i)),
      context,
    );
    const shapes = [0, 1, 2, 3, 4, 5].map((i) => context.shape(i));
    const known = shapes[0] && shapes[1] && shapes[2] && linearShapes(shapes, attributes, context);
    const dtype = context.dtype(0);
    const stateDtype = context.has(3) ? context.dtype(3) : dtype;
    return [dtype && tensorType(dtype, known?.output), stateDtype && tensorType(stateDtype, known?.state)];
  },
  *reference(inputs, attributes, context) {
    const tensors = inputs as readonly (Tensor | undefined)[];
    checkRule(
      attributes,
      [4, 5].map((i) => tensors[i] !== undefined),
      context,
    );
    const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
    const { output, state } = linearShapes(
      tensors.map((tensor) => tensor?.shape),
      attributes,
      rules,
    );
    const read: (NumberData | undefined)[] = [];
    for (const tensor of tensors) read.push(tensor && (yield* numbersOf(tensor, context)));
    const [query, key, value, past, decay, beta] = read;
    const out = context.output(tensors[0]!.dtype, output as readonly number[]);
    const present = context.output((tensors[3] ?? tensors[0]!).dtype, state as readonly number[]);
    const [batches, heads, keySize, valueSize] = state as readonly number[];
    context.reserve((keySize + 1) * valueSize * 8);
    yield* recur({
      batches,
      tokens: tensors[0]!.shape[1],
      heads,
      group: attributes.q_num_heads / heads,
      keySize,
      valueSize,
      scale: attributes.scale === 0 ? 1 / Math.sqrt(keySize) : attributes.scale,
      query: query!,
      key: key!,
      value: value!,
      past,
      decay: decay && { data: decay, perHead: tensors[4]!.shape[2] / heads },
      beta: beta && { data: beta, perToken: tensors[5]!.shape[2] },
      out: out.data,
      present: present.data,
    });
    return [out.tensor(), present.tensor()];
  },
  lower: linearAttentionPoints,
  accuracy: "reduction",
  samples() {
    const one = (...values: readonly number[]): Tensor => tensorFrom("f32", [1, values.length, 1], values);
    const heads = { q_num_heads: 1, kv_num_heads: 1 };
    return [
      {
        inputs: [one(1, 2), one(1, 1), one(3, 4)],
        attributes: { ...heads, update_rule: "linear" },
        outputs: [one(3, 14), tensorFrom("f32", [1, 1, 1, 1], [7])],
      },
      {
        inputs: [one(1), one(2), one(3), tensorFrom("f32", [1, 1, 1, 1], [1]), one(-Math.LN2), one(0.5)],
        attributes: { ...heads, scale: 2 },
        outputs: [one(5), tensorFrom("f32", [1, 1, 1, 1], [2.5])],
      },
      {
        inputs: [
          tensorFrom("f16", [1, 2, 4], [1, 0.5, -1, 0, 2, 1, 1, -0.5]),
          tensorFrom("f16", [1, 2, 2], [1, 0.5, -0.5, 1]),
          tensorFrom("f16", [1, 2, 3], [1, 2, 3, 4, 5, 6]),
          undefined,
          tensorFrom("f16", [1, 2, 2], [-1, 0, -0.5, -0.25]),
        ],
        attributes: { q_num_heads: 2, kv_num_heads: 1, update_rule: "gated" },
        outputCount: 2,
      },
    ];
  },
  errors() {
    const x = tensorFrom("f32", [1, 1, 2], [1, 2]);
    return [
      {
        inputs: [x, x, x],
        outputCount: 2,
        attributes: { q_num_heads: 1, kv_num_heads: 1 },
        message: /"gated_delta" needs input 4/,
      },
      {
        inputs: [x, x, x],
        outputCount: 2,
        attributes: { q_num_heads: 1, kv_num_heads: 1, update_rule: "none" },
        message: /update_rule is "none"/,
      },
      {
        inputs: [x, x, x],
        outputCount: 2,
        attributes: { q_num_heads: 1, kv_num_heads: 2, update_rule: "linear" },
        message: /1 query heads must be a multiple of 2 key heads/,
      },
    ];
  },
});
