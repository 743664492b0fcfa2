import { type DType, dtypeOfOnnxCode } from "../../dtypes/dtypes.ts";
import type { InferContext } from "../../inference/context.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { gemm } from "../../kernels/gemm.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import type { Graph } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, typeOfValue } from "../../tensors/values.ts";
import { float, graph, int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";
import { betterDim, checkHeadGroups, sameDims } from "./heads.ts";
import { softmaxRow } from "./softmax-row.ts";

/**
 * prob_mod(softmax(score_mod(scale * Q K^T))) V for each head, Q [batch, heads, queries, size], K and V [batch, kv heads, keys, size];
 * score_mod and prob_mod are subgraphs from [batch, heads, queries, keys] to the same, in the softmax's dtype. ONNX FlexAttention.
 */
export const flexAttention = defineOperator({
  name: "FlexAttention",
  domain: "ai.onnx.preview",
  versions: [{ since: 1 }],
  inputs: [required("Q", "T1"), required("K", "T1"), required("V", "T1")],
  outputs: [required("Y", "T1")],
  types: { T1: types("f16 bf16 f32 f64") },
  attributes: { prob_mod: graph(), scale: float(), score_mod: graph(), softmax_precision: int() },
  infer(context) {
    const { prob_mod, score_mod, softmax_precision } = context.attributes;
    const [dtype, ...shapes] = [context.dtype(0), context.shape(0), context.shape(1), context.shape(2)] as const;
    if (dtype === undefined) return [undefined];
    const softmaxDtype = softmaxDtypeOf(softmax_precision, dtype, context);
    const known = shapes.every((shape) => shape !== undefined) ? flexShapes(shapes, context) : undefined;
    const scores = tensorType(softmaxDtype, known?.scores);
    for (const subgraph of [score_mod, prob_mod]) {
      if (subgraph === undefined) continue;
      checkForm(subgraph, context);
      context.inferGraph(subgraph, [scores]);
    }
    return [tensorType(dtype, known?.y)];
  },
  *reference(inputs, attributes, context) {
    const tensors = inputs as readonly Tensor[];
    const shapes = flexShapes(
      tensors.map(({ shape }) => shape),
      context,
    ) as FlexShapes<number>;
    const dtype = softmaxDtypeOf(attributes.softmax_precision, tensors[0].dtype, context);
    const scale = attributes.scale ?? 1 / Math.sqrt(tensors[0].shape[3]);
    let scores = yield* scoresOf(tensors, shapes, scale, dtype, context);
    scores = yield* modify(scores, attributes.score_mod, context);
    let weights = yield* probabilities(scores, context);
    weights = yield* modify(weights, attributes.prob_mod, context);
    return [yield* weighted(weights, tensors[2], shapes, tensors[0].dtype, context)];
  },
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 2, 1, 1], [1, 5]),
        tensorFrom("f32", [1, 1, 2, 1], [0, 0]),
        tensorFrom("f32", [1, 1, 2, 2], [1, 2, 3, 6]),
      ],
      outputs: [tensorFrom("f32", [1, 2, 1, 2], [2, 4, 2, 4])],
    },
    {
      inputs: [
        tensorFrom("f16", [1, 1, 2, 2], [1, 0.5, -1, 2]),
        tensorFrom("f16", [1, 1, 2, 2], [1, 2, -1, 0]),
        tensorFrom("f16", [1, 1, 2, 1], [1, -2]),
      ],
      attributes: { scale: 0.5, softmax_precision: 11 },
    },
  ],
  errors() {
    const x = tensorFrom("f32", [1, 1, 1, 1], [1]);
    return [
      { inputs: [tensorFrom("f32", [1], [1]), x, x], message: /input 0 has rank 1, expected 4/ },
      { inputs: [x, x, x], attributes: { softmax_precision: 7 }, message: /softmax_precision is 7/ },
      { inputs: [x, tensorFrom("f32", [1, 1, 1, 2], [1, 2]), x], message: /head sizes of Q and K differ: 1, 2/ },
    ];
  },
});

interface Failing {
  fail(rule: string): never;
}

function softmaxDtypeOf(code: number | undefined, dtype: DType, context: Failing): DType {
  if (code === undefined) return dtype === "f64" ? "f64" : "f32";
  const named = dtypeOfOnnxCode(code);
  if (named === "f32" || named === "f16" || named === "f64" || named === "bf16") return named;
  return context.fail(`softmax_precision is ${code}, expected 1, 10, 11 or 16`);
}

interface FlexShapes<D extends Dim = Dim> {
  readonly scores: readonly D[];
  readonly y: readonly D[];
}

function flexShapes(shapes: readonly (readonly Dim[])[], context: Failing): FlexShapes {
  shapes.forEach((shape, i) => {
    if (shape.length !== 4) context.fail(`input ${i} has rank ${shape.length}, expected 4`);
  });
  const [q, k, v] = shapes;
  sameDims("the batches", [q[0], k[0], v[0]], context);
  sameDims("the heads of K and V", [k[1], v[1]], context);
  sameDims("the sequences of K and V", [k[2], v[2]], context);
  sameDims("the head sizes of Q and K", [q[3], k[3]], context);
  checkHeadGroups(q[1], betterDim(k[1], v[1]), context);
  const batch = betterDim(q[0], k[0], v[0]);
  return { scores: [batch, q[1], q[2], betterDim(k[2], v[2])], y: [batch, q[1], q[2], v[3]] };
}

function checkForm({ inputs, outputs }: Graph, context: Pick<InferContext, "fail">): void {
  if (inputs.length === 1 && outputs.length === 1) return;
  context.fail(`a subgraph has ${inputs.length} inputs and ${outputs.length} outputs, expected one of each`);
}

function* scoresOf(
  [q, k]: readonly Tensor[],
  { scores: [batches, heads, queries, keys] }: FlexShapes<number>,
  scale: number,
  dtype: DType,
  context: KernelContext,
): Steps<Tensor> {
  const out = context.output(dtype, [batches, heads, queries, keys]);
  const size = q.shape[3];
  const group = heads / k.shape[1];
  const [left, right] = [yield* numbersOf(q, context), yield* numbersOf(k, context)];
  const scaled = (sums: Float64Array, start: number, count: number): void => {
    for (let i = start; i < start + count; i++) sums[i] *= scale;
  };
  for (let head = 0; head < batches * heads; head++) {
    const a = { data: left, offset: head * queries * size, rowStride: size, columnStride: 1 };
    const b = { data: right, offset: Math.floor(head / group) * keys * size, rowStride: 1, columnStride: size };
    yield* gemm(queries, keys, size, a, b, out.data, head * queries * keys, keys, scaled);
    yield undefined;
  }
  return yield* out.rounded();
}

/** What the subgraph makes of a tensor; the tensor itself where there is none. */
function* modify(tensor: Tensor, subgraph: Graph | undefined, context: KernelContext): Steps<Tensor> {
  if (subgraph === undefined) return tensor;
  const [result] = yield* context.runGraph(subgraph, [tensor]);
  if (result?.kind === "tensor" && result.dtype === tensor.dtype && sameShape(result.shape, tensor.shape))
    return result;
  const type = result && typeOfValue(result);
  const found = type?.kind === "tensor" ? `${type.dtype}${formatShape(type.shape)}` : (type?.kind ?? "nothing");
  return context.fail(`a subgraph gives ${found}, expected ${tensor.dtype}${formatShape(tensor.shape)}`);
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** Softmax over the last axis. */
function* probabilities(scores: Tensor, context: KernelContext): Steps<Tensor> {
  const out = context.output(scores.dtype, scores.shape);
  const data = yield* numbersOf(scores, context);
  const keys = scores.shape[3];
  const row = new Float64Array(keys);
  for (let start = 0, work = 0; start < data.length; start += keys) {
    row.set(data.subarray(start, start + keys));
    softmaxRow(row, 0, keys);
    out.data.set(row, start);
    work += keys;
    if (work < 1 << 18) continue;
    work = 0;
    yield undefined;
  }
  return yield* out.rounded();
}

function* weighted(
  weights: Tensor,
  v: Tensor,
  { scores: [batches, heads, queries, keys], y }: FlexShapes<number>,
  dtype: DType,
  context: KernelContext,
): Steps<Tensor> {
  const out = context.output(dtype, y);
  const size = v.shape[3];
  const group = heads / v.shape[1];
  const [left, right] = [yield* numbersOf(weights, context), yield* numbersOf(v, context)];
  for (let head = 0; head < batches * heads; head++) {
    const a = { data: left, offset: head * queries * keys, rowStride: keys, columnStride: 1 };
    const b = { data: right, offset: Math.floor(head / group) * keys * size, rowStride: size, columnStride: 1 };
    yield* gemm(queries, size, keys, a, b, out.data, head * queries * size, size);
    yield undefined;
  }
  return yield* out.rounded();
}
