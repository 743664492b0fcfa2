import { isBig } from "../../dtypes/dtypes.ts";
import type { InferContext } from "../../inference/context.ts";
import { broadcastShapes } from "../../kernels/broadcast.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { type Finish, gemm } from "../../kernels/gemm.ts";
import { broadcastDims, type Dim, formatShape } from "../../snapshot/dims.ts";
import { stridedNumbers } from "../../tensors/elements.ts";
import { type BigData, broadcastTo, isDense, type NumberData, reshaped, type Tensor } from "../../tensors/tensor.ts";

interface Rules {
  fail(rule: string): never;
}

/** The shape of a product by numpy's rules: batch axes broadcast, a vector is a row on the left and a column on the right. */
export function productShape(
  a: readonly Dim[],
  b: readonly Dim[],
  context: Rules & Pick<InferContext, "fresh">,
): Dim[] {
  if (a.length === 0 || b.length === 0) context.fail("a scalar has no matrix product, expected rank 1 or more");
  const [left, right] = [asRow(a), asColumn(b)];
  const [k, rows] = [left.at(-1)!, right.at(-2)!];
  if (typeof k === "number" && typeof rows === "number" && k !== rows) {
    context.fail(`a ${formatShape(a)} has ${k} columns, expected the ${rows} rows of b ${formatShape(b)}`);
  }
  const batch = broadcastBatch(left.slice(0, -2), right.slice(0, -2), context);
  return [...batch, ...(a.length > 1 ? [left.at(-2)!] : []), ...(b.length > 1 ? [right.at(-1)!] : [])];
}

function asRow<D>(shape: readonly D[]): readonly (D | number)[] {
  return shape.length === 1 ? [1, shape[0]] : shape;
}

function asColumn<D>(shape: readonly D[]): readonly (D | number)[] {
  return shape.length === 1 ? [shape[0], 1] : shape;
}

function broadcastBatch(a: readonly Dim[], b: readonly Dim[], context: Rules & Pick<InferContext, "fresh">): Dim[] {
  try {
    return broadcastDims(a, b, () => context.fresh());
  } catch (error) {
    return context.fail((error as Error).message);
  }
}

/** Operands of a product as stacks of matrices of one batch shape, broadcast by strides. */
interface Stacks {
  readonly batch: readonly number[];
  readonly a: Tensor;
  readonly b: Tensor;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** The shape of the product of tensors, and its operands. */
function stacksOf(x: Tensor, y: Tensor, context: KernelContext): Stacks & { readonly shape: readonly number[] } {
  const rules = { fail: (rule: string) => context.fail(rule), fresh: () => 0 };
  const shape = productShape(x.shape, y.shape, rules) as number[];
  let a = decoded(x.shape.length === 1 ? reshaped(x, [1, x.shape[0]]) : x);
  const b = decoded(y.shape.length === 1 ? reshaped(y, [y.shape[0], 1]) : y);
  if (b.shape.length === 2 && a.shape.length > 2 && isDense(a)) {
    const rows = a.shape.slice(0, -1).reduce((total, dim) => total * dim, 1);
    a = reshaped(a, [rows, a.shape.at(-1)!]);
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), context);
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  return { shape, batch, m, n, k, a: broadcastTo(a, [...batch, m, k]), b: broadcastTo(b, [...batch, k, n]) };
}

/** The tensor over decoded numbers, when its storage holds bit patterns. */
function decoded(x: Tensor): Tensor {
  if (isBig(x.dtype)) return x;
  const { data, offset, strides } = stridedNumbers(x);
  return { ...x, data, offset, strides };
}

/** Calls `visit` with the offsets of each pair of matrices and the number of the result. */
function* eachPair(
  batch: readonly number[],
  stridesA: readonly number[],
  stridesB: readonly number[],
  visit: (a: number, b: number, i: number) => Steps<void>,
): Steps<void> {
  const count = batch.reduce((total, dim) => total * dim, 1);
  const index = batch.map(() => 0);
  let [a, b] = [0, 0];
  for (let i = 0; i < count; i++) {
    yield* visit(a, b, i);
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      a += stridesA[axis];
      b += stridesB[axis];
      if (++index[axis] < batch[axis]) break;
      a -= stridesA[axis] * batch[axis];
      b -= stridesB[axis] * batch[axis];
      index[axis] = 0;
    }
  }
}

/** The product of any two real tensors of one dtype, in that dtype; integers wrap. */
export function* matrixProduct(x: Tensor, y: Tensor, context: KernelContext): Steps<Tensor> {
  const { shape, ...stacks } = stacksOf(x, y, context);
  if (isBig(x.dtype)) {
    const out = context.bigOutput(x.dtype, shape);
    yield* multiplyBigs(stacks, out.data);
    return out.tensor();
  }
  const out = context.output(x.dtype, shape);
  if (x.dtype === "i32" || x.dtype === "u32") yield* multiplyInts(stacks, out.data);
  else yield* multiplyFloats(stacks, out.data, undefined);
  return yield* out.rounded();
}

/** The product of float tensors (be they integers of a few bits), summed in double, passed to `finish`, and stored in `out`. */
export function* floatProduct(
  x: Tensor,
  y: Tensor,
  output: (shape: readonly number[]) => NumberData,
  finish: Finish | undefined,
  context: KernelContext,
): Steps<void> {
  const { shape, ...stacks } = stacksOf(x, y, context);
  yield* multiplyFloats(stacks, output(shape), finish);
}

function* multiplyFloats({ batch, a, b, m, n, k }: Stacks, out: NumberData, finish: Finish | undefined): Steps<void> {
  const [left, right] = [stridedNumbers(a), stridedNumbers(b)];
  const [rowA, columnA] = left.strides.slice(-2);
  const [rowB, columnB] = right.strides.slice(-2);
  yield* eachPair(batch, left.strides, right.strides, (atA, atB, i) =>
    gemm(
      m,
      n,
      k,
      { data: left.data, offset: left.offset + atA, rowStride: rowA, columnStride: columnA },
      { data: right.data, offset: right.offset + atB, rowStride: rowB, columnStride: columnB },
      out,
      i * m * n,
      n,
      finish && ((sums, start, count, row, column) => finish(sums, start, count, i * m + row, column)),
    ),
  );
}

/** Products between two yields. */
const YIELD_AFTER = 1 << 20;

/** Calls `visit` for each element of the result with the places of the row of a and the column of b that make it. */
function* eachElement(
  { batch, m, n, k }: Stacks,
  left: Places,
  right: Places,
  visit: (i: number, atA: number, atB: number) => void,
): Steps<void> {
  let work = 0;
  yield* eachPair(batch, left.strides, right.strides, function* (a, b, pair) {
    for (let row = 0; row < m; row++) {
      const atA = left.offset + a + row * left.strides.at(-2)!;
      for (let column = 0; column < n; column++) {
        visit((pair * m + row) * n + column, atA, right.offset + b + column * right.strides.at(-1)!);
        work += k + 4;
        if (work < YIELD_AFTER) continue;
        work = 0;
        yield undefined;
      }
    }
  });
}

interface Places {
  readonly offset: number;
  readonly strides: readonly number[];
}

function* multiplyInts(stacks: Stacks, out: NumberData): Steps<void> {
  const [left, right] = [stridedNumbers(stacks.a), stridedNumbers(stacks.b)];
  const [stepA, stepB] = [left.strides.at(-1)!, right.strides.at(-2)!];
  yield* eachElement(stacks, left, right, (i, a, b) => {
    let sum = 0;
    for (let p = 0; p < stacks.k; p++) sum = (sum + Math.imul(left.data[a + p * stepA], right.data[b + p * stepB])) | 0;
    out[i] = sum;
  });
}

function* multiplyBigs(stacks: Stacks, out: BigData): Steps<void> {
  const { a: left, b: right, k } = stacks;
  const [dataA, dataB] = [left.data as BigData, right.data as BigData];
  const [stepA, stepB] = [left.strides.at(-1)!, right.strides.at(-2)!];
  yield* eachElement({ ...stacks, k: 16 * k }, left, right, (i, a, b) => {
    let sum = 0n;
    for (let p = 0; p < k; p++) sum += dataA[a + p * stepA] * dataB[b + p * stepB];
    out[i] = sum;
  });
}
