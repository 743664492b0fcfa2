import { type DType, DTYPES, integerRange, isBig } from "../../dtypes/dtypes.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { bigRowsOf, foldRows, rowsOf } from "../../kernels/rows.ts";
import { normalizeAxes } from "../../kernels/broadcast.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { int, ints } from "../attributes.ts";
import { type ErrorSample, optional, required, type Sample } from "../operator.ts";

/** What all reductions look like, now and before `axes` became an input. */
export const reduceInputs = [required("data", "T"), optional("axes", "i64")];
export const reduceOutputs = [required("reduced", "T")];
export const reduceAttributes = { keepdims: int({ default: 1 }), noop_with_empty_axes: int({ default: 0 }) };
export const withAxesAttribute = {
  inputs: [required("data", "T")],
  attributes: { axes: ints(), keepdims: int({ default: 1 }) },
};

export interface ReduceAttributes {
  readonly keepdims: number;
  readonly noop_with_empty_axes: number;
}

interface Failing {
  fail(rule: string): never;
}

/** The axes (non-negative, distinct) that a reduction of `rank` axes goes over. */
function reducedAxes(
  axes: readonly number[] | undefined,
  attributes: ReduceAttributes,
  rank: number,
  context: Failing,
): readonly number[] {
  if (axes !== undefined && axes.length > rank) context.fail(`${axes.length} axes must be at most the rank, ${rank}`);
  if (axes !== undefined && axes.length > 0) return normalizeAxes(axes, rank, context);
  return attributes.noop_with_empty_axes === 0 ? Array.from({ length: rank }, (_, axis) => axis) : [];
}

/** The shape without the axes, or with 1 in their place. */
export function reducedShape<D extends Dim>(shape: readonly D[], axes: readonly number[], keep: boolean): (D | 1)[] {
  if (keep) return shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return shape.filter((_, axis) => !axes.includes(axis));
}

export function inferReduce(context: InferContext<ReduceAttributes>): readonly Inferred[] {
  const dtype = context.dtype(0);
  return [dtype === undefined ? undefined : tensorType(dtype, inferShape(context))];
}

function inferShape(context: InferContext<ReduceAttributes>): readonly Dim[] | undefined {
  const shape = context.shape(0);
  if (shape === undefined) return undefined;
  const { attributes } = context;
  const keep = attributes.keepdims !== 0;
  const axes = context.has(1) ? context.constant(1) : undefined;
  const axesShape = context.shape(1);
  if (axesShape !== undefined) checkAxesRank(axesShape.length, context);
  if (!context.has(1) || axes !== undefined) {
    return reducedShape(shape, reducedAxes(axes && indices(axes), attributes, shape.length, context), keep);
  }
  const count = axesShape?.length === 0 ? 1 : axesShape?.[0];
  if (count === 0) return reducedShape(shape, reducedAxes([], attributes, shape.length, context), keep);
  if (keep) return shape.map(() => context.fresh());
  if (typeof count !== "number") return undefined;
  if (count > shape.length) context.fail(`${count} axes must be at most the rank, ${shape.length}`);
  return shape.slice(count).map(() => context.fresh());
}

function checkAxesRank(rank: number, context: Failing): void {
  if (rank > 1) context.fail(`axes has rank ${rank}, expected 1`);
}

/** One way to fold a row into a number. */
interface Fold<N> {
  readonly start: N | ((dtype: DType) => N);
  readonly step: (total: N, x: N) => N;
  /** From the total of a row of `count` elements to the result. Default: the total. */
  readonly end?: (total: N, count: number) => N;
  /** A row without elements has no result. */
  readonly nonEmpty?: boolean;
}

/** A reduction by what it does to floats, to ints of at most 32 bits and bool (default: as floats), and to i64 and u64. */
export interface Reduction {
  readonly float: Fold<number>;
  readonly int?: Fold<number>;
  readonly big?: Fold<bigint>;
}

/** The kernel of a reduction. */
export function reduce(reduction: Reduction) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: ReduceAttributes,
    context: KernelContext,
  ): Steps<Outputs> {
    const x = inputs[0] as Tensor;
    const axes = kernelAxes(inputs, attributes, context);
    const shape = reducedShape(x.shape, axes, attributes.keepdims !== 0);
    if (isBig(x.dtype)) return [yield* reduceBig(x, axes, shape, reduction.big!, context)];
    const fold = DTYPES[x.dtype].kind === "float" ? reduction.float : (reduction.int ?? reduction.float);
    return [yield* reduceNumbers(x, axes, shape, fold, context)];
  };
}

/** The axes that a reduction kernel goes over, from its inputs and attributes. */
export function kernelAxes(
  inputs: readonly (Value | undefined)[],
  attributes: ReduceAttributes,
  context: KernelContext,
): readonly number[] {
  const [x, axes] = inputs as readonly (Tensor | undefined)[];
  if (axes !== undefined) checkAxesRank(axes.shape.length, context);
  return reducedAxes(axes && indices(axes), attributes, x!.shape.length, context);
}

function* reduceNumbers(
  x: Tensor,
  axes: readonly number[],
  shape: readonly number[],
  fold: Fold<number>,
  context: KernelContext,
): Steps<Tensor> {
  const out = context.output(x.dtype, shape);
  const { length: count } = out.data;
  context.reserve(count * 8);
  const start = typeof fold.start === "function" ? fold.start(x.dtype) : fold.start;
  const totals = new Float64Array(count).fill(start);
  const rows = yield* rowsOf(x, axes, context);
  if (rows.length === 0 && count > 0 && fold.nonEmpty) context.fail(`a row without ${x.dtype} elements has no result`);
  yield* foldRows(rows, totals, fold.step);
  const { end } = fold;
  for (let i = 0; i < count; i++) out.data[i] = end === undefined ? totals[i] : end(totals[i], rows.length);
  return yield* out.rounded();
}

function* reduceBig(
  x: Tensor,
  axes: readonly number[],
  shape: readonly number[],
  fold: Fold<bigint>,
  context: KernelContext,
): Steps<Tensor> {
  const out = context.bigOutput(x.dtype, shape);
  const { length: count } = out.data;
  context.reserve(count * 32);
  const start = typeof fold.start === "function" ? fold.start(x.dtype) : fold.start;
  const totals = new Array<bigint>(count).fill(start);
  const rows = yield* bigRowsOf(x, axes, context);
  if (rows.length === 0 && count > 0 && fold.nonEmpty) context.fail(`a row without ${x.dtype} elements has no result`);
  yield* foldRows(rows, totals, fold.step);
  const { end } = fold;
  for (let i = 0; i < count; i++) out.data[i] = end === undefined ? totals[i] : end(totals[i], rows.length);
  return out.tensor();
}

/** Keeps a running i64 or u64 in 64 bits (its sign is settled when it is stored). */
export const wrap = (x: bigint): bigint => BigInt.asIntN(64, x);

export const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

/** Sum over the elements' images under `image`; ints wrap. */
export const sumOf = (image: {
  readonly number: (x: number) => number;
  readonly int: (x: number) => number;
  readonly big: (x: bigint) => bigint;
}): Reduction => ({
  float: { start: 0, step: (total, x) => total + image.number(x) },
  int: { start: 0, step: (total, x) => (total + image.int(x)) | 0 },
  big: { start: 0n, step: (total, x) => wrap(total + image.big(x)) },
});

/** The largest value (the smallest for `sign` -1) that a dtype of at most 32 bits can hold. */
export function extreme(dtype: DType, sign: 1 | -1): number {
  const { kind } = DTYPES[dtype];
  if (kind === "float") return sign * Infinity;
  if (kind === "bool") return sign === 1 ? 1 : 0;
  const { min, max } = integerRange(dtype);
  return Number(sign === 1 ? max : min);
}

/** Samples of one reduction: `all` for [[1, 2], [3, 4]] over all axes, `columns` for the same over axis 0, `empty` for [2, 0] over axis 1. */
export function reduceSamples(stated: {
  readonly all: number;
  readonly columns: readonly number[];
  readonly empty?: number;
}): readonly Sample[] {
  const x = tensorFrom("f32", [2, 2], [1, 2, 3, 4]);
  const samples: Sample[] = [
    { inputs: [x], outputs: [tensorFrom("f32", [1, 1], [stated.all])] },
    {
      inputs: [x, tensorFrom("i64", [1], [-2])],
      attributes: { keepdims: 0 },
      outputs: [tensorFrom("f32", [2], stated.columns)],
    },
    { inputs: [tensorFrom("f16", [2, 1, 2], [0.5, 1, 4, 2]), tensorFrom("i64", [2], [0, 2])] },
    { inputs: [x, tensorFrom("i64", [0], [])], attributes: { noop_with_empty_axes: 1 } },
  ];
  if (stated.empty === undefined) return samples;
  const outputs = [tensorFrom("f32", [2, 1], [stated.empty, stated.empty])];
  return [...samples, { inputs: [tensorFrom("f32", [2, 0], []), tensorFrom("i64", [1], [1])], outputs }];
}

export function reduceErrors(): readonly ErrorSample[] {
  const x = tensorFrom("f32", [2, 2], [1, 2, 3, 4]);
  return [
    { inputs: [x, tensorFrom("i64", [1], [2])], message: /axis 2 must be in -2\.\.1/ },
    { inputs: [x, tensorFrom("i64", [2], [0, -2])], message: /must be distinct/ },
    { inputs: [x, tensorFrom("i64", [3], [0, 1, 0])], message: /3 axes must be at most the rank, 2/ },
    { inputs: [x, tensorFrom("i64", [1, 1], [0])], message: /axes has rank 2, expected 1/ },
  ];
}
