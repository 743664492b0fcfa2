import type { KernelContext, NumberOutput, Steps } from "../../kernels/context.ts";
import { gemm, type Matrix } from "../../kernels/gemm.ts";
import type { StridedNumbers } from "../../tensors/elements.ts";
import type { NumberData } from "../../tensors/tensor.ts";
import type { WriteBias } from "./attention-bias.ts";
import type { AttentionShapes } from "./attention-shapes.ts";
import { softmaxRow } from "./softmax-row.ts";

/** The operands of attention by heads, and what is done to the scores. */
export interface AttentionPlan {
  readonly dims: AttentionShapes<number>;
  readonly q: StridedNumbers;
  readonly k: StridedNumbers;
  readonly v: StridedNumbers;
  readonly scale: number;
  readonly softcap: number;
  readonly mode: number;
  readonly bias: WriteBias;
  /** Y has rank 3. */
  readonly packed: boolean;
}

/** Scores that are held at once: a block of queries of one head, at least one query. */
const BLOCK_SCORES = 1 << 18;

/** Writes the result to `y` and, at the stage that the mode says, the scores to `scores`. */
export function* attend(
  plan: AttentionPlan,
  y: NumberOutput,
  scores: NumberOutput | undefined,
  context: KernelContext,
): Steps<void> {
  const { dims, q, k, v, packed } = plan;
  const [batches, heads, queries, keys] = dims.scores;
  const [size, valueSize] = [dims.q[3], dims.v[3]];
  const group = heads / dims.k[1];
  const rows = Math.max(1, Math.min(queries, Math.floor(BLOCK_SCORES / Math.max(1, keys))));
  context.reserve((rows + 1) * keys * 8);
  const block = new Float64Array(rows * keys);
  const bias = new Float64Array(keys);
  for (let head = 0; head < batches * heads; head++) {
    const [b, h] = [Math.floor(head / heads), head % heads];
    const kv = Math.floor(h / group);
    for (let first = 0; first < queries; first += rows) {
      const count = Math.min(rows, queries - first);
      const left = matrixAt(q, b, h, first);
      yield* gemm(count, keys, size, left, turned(matrixAt(k, b, kv, 0)), block, 0, keys);
      for (let i = 0; i < count; i++) {
        const target = scores && { data: scores.data, at: (head * queries + first + i) * keys };
        const attended = plan.bias(bias, b, h, first + i);
        scoresToProbabilities(block, i * keys, bias, attended, plan, target);
      }
      yield undefined;
      const stride = packed ? heads * valueSize : valueSize;
      const at = packed ? (b * queries + first) * stride + h * valueSize : (head * queries + first) * stride;
      const weights = { data: block, offset: 0, rowStride: keys, columnStride: 1 };
      yield* gemm(count, valueSize, keys, weights, matrixAt(v, b, kv, 0), y.data, at, stride);
    }
  }
}

/** The matrix [sequence, size] of one head, from row `first` on. */
function matrixAt({ data, offset, strides }: StridedNumbers, batch: number, head: number, first: number): Matrix {
  const start = offset + batch * strides[0] + head * strides[1] + first * strides[2];
  return { data, offset: start, rowStride: strides[2], columnStride: strides[3] };
}

const turned = ({ data, offset, rowStride, columnStride }: Matrix): Matrix => ({
  data,
  offset,
  rowStride: columnStride,
  columnStride: rowStride,
});

/** One row of Q K^T, from `start` on: scaled, capped, biased, softmax; what the mode says is copied to `target` on the way. */
function scoresToProbabilities(
  block: Float64Array,
  start: number,
  bias: Float64Array,
  attended: boolean,
  { scale, softcap, mode }: AttentionPlan,
  target: { readonly data: NumberData; readonly at: number } | undefined,
): void {
  const count = bias.length;
  const row = block.subarray(start, start + count);
  const copy = (stage: number): void => {
    if (target !== undefined && mode === stage) target.data.set(row, target.at);
  };
  for (let i = 0; i < count; i++) row[i] *= scale;
  copy(0);
  if (softcap > 0) for (let i = 0; i < count; i++) row[i] = softcap * Math.tanh(row[i] / softcap);
  copy(1);
  for (let i = 0; i < count; i++) row[i] += bias[i];
  copy(2);
  if (attended) softmaxRow(row, 0, count);
  else row.fill(0);
  copy(3);
}
