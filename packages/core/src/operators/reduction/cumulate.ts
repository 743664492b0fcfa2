import { DTYPES, isBig } from "../../dtypes/dtypes.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { bigRowsOf, inOriginalOrder, rowsOf, writeRows } from "../../kernels/rows.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import { elementCount, sliced, type Tensor } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";
import type { ErrorSample } from "../operator.ts";

export interface CumulateAttributes {
  readonly exclusive: number;
  readonly reverse: number;
}

interface Failing {
  fail(rule: string): never;
}

function axisOf(axis: Tensor, rank: number, context: Failing): number {
  const count = elementCount(axis.shape);
  if (count !== 1) context.fail(`axis has ${count} elements, expected 1`);
  return normalizeAxis(indices(axis)[0], rank, context);
}

export function inferCumulate(context: InferContext): readonly Inferred[] {
  const [shape, axis] = [context.shape(0), context.constant(1)];
  if (shape !== undefined && axis !== undefined) axisOf(axis, shape.length, context);
  return [context.type(0)];
}

/** What runs along the axis: its start and how it goes on, for floats, ints of at most 32 bits, and i64 and u64. */
export interface Cumulation {
  readonly start: number;
  readonly float: (total: number, x: number) => number;
  readonly int: (total: number, x: number) => number;
  readonly big: (total: bigint, x: bigint) => bigint;
}

/** The kernel of a cumulation along the axis that input 1 names. */
export function cumulate(cumulation: Cumulation) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    { exclusive, reverse }: CumulateAttributes,
    context: KernelContext,
  ): Steps<Outputs> {
    const x = inputs[0] as Tensor;
    const axis = axisOf(inputs[1] as Tensor, x.shape.length, context);
    const turn = (tensor: Tensor): Tensor =>
      reverse === 0 ? tensor : sliced(tensor, axis, tensor.shape[axis] - 1, tensor.shape[axis], -1);
    return [turn(yield* along(turn(x), axis, cumulation, exclusive !== 0, context))];
  };
}

function* along(
  x: Tensor,
  axis: number,
  { start, float, int, big }: Cumulation,
  exclusive: boolean,
  context: KernelContext,
): Steps<Tensor> {
  if (isBig(x.dtype)) {
    const rows = yield* bigRowsOf(x, [axis], context);
    const out = context.bigOutput(x.dtype, rows.shape);
    yield* writeRows(rows, out.data, running(BigInt(start), big, exclusive));
    return inOriginalOrder(out.tensor(), rows);
  }
  const rows = yield* rowsOf(x, [axis], context);
  const out = context.output(x.dtype, rows.shape);
  const step = DTYPES[x.dtype].kind === "float" ? float : int;
  yield* writeRows(rows, out.data, running(start, step, exclusive));
  return inOriginalOrder(yield* out.rounded(), rows);
}

/** Values that arrive row by row, from left to right, turned into the totals of their row so far. */
function running<N>(start: N, step: (total: N, x: N) => N, exclusive: boolean) {
  let total = start;
  return (x: N, _row: number, column: number): N => {
    const before = column === 0 ? start : total;
    total = step(before, x);
    return exclusive ? before : total;
  };
}

export function cumulateErrors(): readonly ErrorSample[] {
  const x = tensorFrom("f32", [2], [1, 2]);
  return [
    { inputs: [x, tensorFrom("i32", [], [1])], message: /axis 1 must be in -1\.\.0/ },
    { inputs: [x, tensorFrom("i32", [2], [0, 0])], message: /axis has 2 elements, expected 1/ },
  ];
}
