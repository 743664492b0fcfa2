import type { InferContext } from "../../inference/context.ts";
import { addDims, type Dim, scaleDim } from "../../snapshot/dims.ts";
import { checkMask } from "./attention-bias.ts";
import { betterDim, checkHeadGroups, type HeadsShape, headsShape, sameDims } from "./heads.ts";

export interface AttentionAttributes {
  readonly is_causal: number;
  readonly kv_num_heads: number | undefined;
  readonly left_window_size: number;
  readonly q_num_heads: number | undefined;
  readonly qk_matmul_output_mode: number;
  readonly right_window_size: number;
  readonly softmax_precision: number | undefined;
  readonly scale: number | undefined;
  readonly softcap: number;
}

interface Failing {
  fail(rule: string): never;
}

/** TensorProto numbers of f32, f16, f64 and bf16. */
const PRECISIONS: readonly (number | undefined)[] = [undefined, 1, 10, 11, 16];

/** Fails for attributes out of range. */
export function checkAttributes(attributes: AttentionAttributes, context: Failing): void {
  const { qk_matmul_output_mode: mode, softmax_precision: precision } = attributes;
  if (![0, 1, 2, 3].includes(mode)) context.fail(`qk_matmul_output_mode is ${mode}, expected 0, 1, 2 or 3`);
  if (!PRECISIONS.includes(precision)) context.fail(`softmax_precision is ${precision}, expected 1, 10, 11 or 16`);
  for (const name of ["left_window_size", "right_window_size"] as const) {
    if (attributes[name] < -1) context.fail(`${name} is ${attributes[name]}, expected -1 or more`);
  }
}

/** Fails for inputs that exclude or need each other: whether past_key, past_value and nonpad_kv_seqlen are given. */
export function checkCache([pastKey, pastValue, nonpad]: readonly boolean[], context: Failing): void {
  if (pastKey !== pastValue) context.fail("past_key and past_value must come together");
  if (nonpad && pastKey) context.fail("nonpad_kv_seqlen excludes past_key and past_value");
}

/** All shapes by heads, and those of the outputs. */
export interface AttentionShapes<D extends Dim = Dim> {
  readonly q: readonly D[];
  readonly k: readonly D[];
  readonly v: readonly D[];
  readonly key: readonly D[];
  readonly value: readonly D[];
  readonly scores: readonly D[];
  readonly y: readonly D[];
  /** Keys of the past. */
  readonly past: D;
}

/** The shapes, when all that they follow from are known. */
export function inferShapes(context: InferContext<AttentionAttributes>): AttentionShapes | undefined {
  const shapes = [0, 1, 2, 3, 4, 5, 6].map((i) => context.shape(i));
  const known = shapes.every((shape, i) => shape !== undefined || i === 3 || i === 6 || !context.has(i));
  return known ? attentionShapes(shapes, context.attributes, context) : undefined;
}

/** The shapes that follow from those of the inputs; fails where they disagree. */
export function attentionShapes(
  shapes: readonly (readonly Dim[] | undefined)[],
  attributes: AttentionAttributes,
  context: Failing & { fresh(): Dim },
): AttentionShapes {
  const [sq, sk, sv, mask, pastKey, pastValue, nonpad] = shapes;
  sameDims("the ranks of Q, K and V", [sq!.length, sk!.length, sv!.length], context);
  const q = headsShape(sq!, attributes.q_num_heads, "Q", "q_num_heads", context);
  const k = headsShape(sk!, attributes.kv_num_heads, "K", "kv_num_heads", context);
  const v = headsShape(sv!, attributes.kv_num_heads, "V", "kv_num_heads", context);
  for (const past of [pastKey, pastValue]) {
    if (past !== undefined && past.length !== 4)
      context.fail(`past_key or past_value has rank ${past.length}, expected 4`);
  }
  checkAgreement(q, k, v, pastKey, pastValue, context);
  const past = pastKey === undefined ? 0 : betterDim(pastKey[2], pastValue![2]);
  const keys = addDims(past, betterDim(k[2], v[2]));
  const batch = betterDim(q[0], k[0], v[0]);
  const scores = [batch, q[1], q[2], keys];
  if (mask !== undefined) checkMask(mask, scores, context);
  if (nonpad !== undefined) sameDims("the batch and the length of nonpad_kv_seqlen", [batch, nonpad[0]], context);
  const packed = sq!.length === 3;
  const y = packed ? [batch, q[2], scaleDim(v[3], attributes.q_num_heads!)] : [batch, q[1], q[2], v[3]];
  return { q, k, v, past, scores, y, key: [batch, k[1], keys, k[3]], value: [batch, v[1], keys, v[3]] };
}

function checkAgreement(
  q: HeadsShape,
  k: HeadsShape,
  v: HeadsShape,
  pastKey: readonly Dim[] | undefined,
  pastValue: readonly Dim[] | undefined,
  context: Failing,
): void {
  sameDims("the batches", [q[0], k[0], v[0], pastKey?.[0], pastValue?.[0]], context);
  sameDims("the heads of K and V", [k[1], v[1], pastKey?.[1], pastValue?.[1]], context);
  sameDims("the sequences of K and V", [k[2], v[2]], context);
  sameDims("the sequences of past_key and past_value", [pastKey?.[2], pastValue?.[2]], context);
  sameDims("the head sizes of Q and K", [q[3], k[3], pastKey?.[3]], context);
  sameDims("the head sizes of V and past_value", [v[3], pastValue?.[3]], context);
  checkHeadGroups(q[1], k[1], context);
}
