import { type DType, DTYPES, isBig } from "../dtypes/dtypes.ts";
import { bigints, numbers, strings } from "../tensors/elements.ts";
import { elementCount, type NumberData, type Tensor } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import { broadcastPositions, broadcastShapes } from "./broadcast.ts";
import type { KernelContext, Outputs, Steps } from "./context.ts";

/** Elements between two yields of a cheap loop. */
export const CHUNK = 1 << 18;

/**
 * Elements that loops work on at a time, in double: one loop over one class of array stays fast,
 * where a loop over the eight classes of storage would look up the class at every element. Divides CHUNK.
 */
export const BLOCK = 1 << 12;

// Filled and read between two yields, so that kernels which take turns can share them.
const blockX = new Float64Array(BLOCK);
const blockY = new Float64Array(BLOCK);
const blockOut = new Float64Array(BLOCK);
const positionsX = new Float64Array(BLOCK);
const positionsY = new Float64Array(BLOCK);

/** How an elementwise function acts on each kind of dtype. What is left out is taken from `float`. */
export interface ElementFunction<Numbers, Bigs> {
  readonly float?: Numbers;
  /** Ints of at most 32 bits and bool; the result is truncated and wrapped to the dtype when it is stored. */
  readonly int?: Numbers;
  /** i64, u64; wrapped to 64 bits when stored. */
  readonly big?: Bigs;
}

export type Unary<A> = ElementFunction<(x: number, attributes: A) => number, (x: bigint, attributes: A) => bigint>;
export type Binary<A> = ElementFunction<
  (x: number, y: number, attributes: A) => number,
  (x: bigint, y: bigint, attributes: A) => bigint
>;

function numbersOf<Numbers>(fn: ElementFunction<Numbers, unknown>, dtype: DType): Numbers {
  return (DTYPES[dtype].kind === "float" ? fn.float : (fn.int ?? fn.float))!;
}

/** Calls `work` for each block of `count` elements, yielding now and then. */
export function* inBlocks(count: number, work: (start: number, length: number) => void): Steps<void> {
  for (let start = 0; start < count; start += BLOCK) {
    if (start > 0 && start % CHUNK === 0) yield undefined;
    work(start, Math.min(BLOCK, count - start));
  }
}

/** Stores the first `length` elements of a block. */
export function storeBlock(data: NumberData, start: number, block: Float64Array, length: number): void {
  data.set(length === BLOCK ? block : block.subarray(0, length), start);
}

/** Writes `length` elements, from flat index `start` of the broadcast shape on, to a block of at most BLOCK elements. */
export type BlockReader = (block: Float64Array, start: number, length: number) => void;

/** Reads a tensor of numbers as if it were broadcast to `shape`; takes no memory for the repetitions. */
export function blockReader(x: Tensor, shape: readonly number[], context: Pick<KernelContext, "reserve">): BlockReader {
  const data = numbers(x);
  if (data.length === elementCount(shape)) {
    return (block, start, length) => block.set(data.subarray(start, start + length));
  }
  if (data.length === 1) return (block, _start, length) => block.fill(data[0], 0, length);
  context.reserve(8 * data.length);
  const doubles = Float64Array.from(data);
  const locate = broadcastPositions(x.shape, shape);
  return (block, start, length) => {
    locate(positionsX, start, length);
    for (let i = 0; i < length; i++) block[i] = doubles[positionsX[i]];
  };
}

/** The kernel of a function of one input; the result has its dtype and shape. */
export function unary<A>(fn: Unary<A>) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: A,
    context: KernelContext,
  ): Steps<Outputs> {
    return [yield* mapElements(inputs[0] as Tensor, fn, attributes, context)];
  };
}

/** fn of each element of x, in x's dtype. */
export function* mapElements<A>(x: Tensor, fn: Unary<A>, attributes: A, context: KernelContext): Steps<Tensor> {
  if (isBig(x.dtype)) return yield* mapBigs(x, fn.big!, attributes, context);
  const out = context.output(x.dtype, x.shape);
  yield* mapNumbers(x, out.data, numbersOf(fn, x.dtype), attributes);
  return out.tensor();
}

function* mapNumbers<A>(
  x: Tensor,
  out: NumberData,
  f: (x: number, attributes: A) => number,
  attributes: A,
): Steps<void> {
  const data = numbers(x);
  yield* inBlocks(data.length, (start, length) => {
    blockX.set(data.subarray(start, start + length));
    for (let i = 0; i < length; i++) blockOut[i] = f(blockX[i], attributes);
    storeBlock(out, start, blockOut, length);
  });
}

function* mapBigs<A>(
  x: Tensor,
  f: (x: bigint, attributes: A) => bigint,
  attributes: A,
  context: KernelContext,
): Steps<Tensor> {
  const out = context.bigOutput(x.dtype, x.shape);
  const data = bigints(x);
  yield* inBlocks(data.length, (start, length) => {
    for (let i = start; i < start + length; i++) out.data[i] = f(data[i], attributes);
  });
  return out.tensor();
}

/** The kernel of a function of two inputs that broadcast; the result has the dtype of the first. */
export function binary<A>(fn: Binary<A>) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: A,
    context: KernelContext,
  ): Steps<Outputs> {
    return [yield* zipElements(inputs[0] as Tensor, inputs[1] as Tensor, fn, attributes, context)];
  };
}

/** The kernel of a function of any number of inputs (at least one) that broadcast, applied from left to right. */
export function variadicFold<A>(fn: Binary<A>) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: A,
    context: KernelContext,
  ): Steps<Outputs> {
    let total = inputs[0] as Tensor;
    for (const next of inputs.slice(1)) total = yield* zipElements(total, next as Tensor, fn, attributes, context);
    return [total];
  };
}

/** fn of each pair of elements, broadcast, in the first one's dtype. */
export function* zipElements<A>(
  x: Tensor,
  y: Tensor,
  fn: Binary<A>,
  attributes: A,
  context: KernelContext,
): Steps<Tensor> {
  const shape = broadcastShapes(x.shape, y.shape, context);
  if (isBig(x.dtype)) {
    const out = context.bigOutput(x.dtype, shape);
    const f = fn.big!;
    yield* zipAny<bigint>(x, y, shape, bigints, (a, b, i) => {
      out.data[i] = f(a, b, attributes);
    });
    return out.tensor();
  }
  const out = context.output(x.dtype, shape);
  const f = numbersOf(fn, x.dtype);
  const [readX, readY] = [blockReader(x, shape, context), blockReader(y, shape, context)];
  yield* inBlocks(out.data.length, (start, length) => {
    readX(blockX, start, length);
    readY(blockY, start, length);
    for (let i = 0; i < length; i++) blockOut[i] = f(blockX[i], blockY[i], attributes);
    storeBlock(out.data, start, blockOut, length);
  });
  return out.tensor();
}

/** Calls `visit` with each pair of elements, broadcast to `shape`. */
function* zipAny<Element>(
  x: Tensor,
  y: Tensor,
  shape: readonly number[],
  elementsOf: (tensor: Tensor) => ArrayLike<Element>,
  visit: (a: Element, b: Element, i: number) => void,
): Steps<void> {
  const [a, b] = [elementsOf(x), elementsOf(y)];
  const [locateX, locateY] = [broadcastPositions(x.shape, shape), broadcastPositions(y.shape, shape)];
  yield* inBlocks(elementCount(shape), (start, length) => {
    locateX(positionsX, start, length);
    locateY(positionsY, start, length);
    for (let i = 0; i < length; i++) visit(a[positionsX[i]], b[positionsY[i]], start + i);
  });
}

/** The kernel of a predicate of two inputs that broadcast; the result is bool. `text` serves string inputs. */
export function comparison(fn: {
  readonly number: (x: number, y: number) => boolean;
  readonly big?: (x: bigint, y: bigint) => boolean;
  readonly text?: (x: string, y: string) => boolean;
}) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    _attributes: unknown,
    context: KernelContext,
  ): Steps<Outputs> {
    const [x, y] = inputs as Tensor[];
    const shape = broadcastShapes(x.shape, y.shape, context);
    const out = context.output("bool", shape);
    const put = (i: number, holds: boolean) => {
      out.data[i] = holds ? 1 : 0;
    };
    if (isBig(x.dtype)) yield* zipAny<bigint>(x, y, shape, bigints, (a, b, i) => put(i, fn.big!(a, b)));
    else if (x.dtype === "string") yield* zipAny<string>(x, y, shape, strings, (a, b, i) => put(i, fn.text!(a, b)));
    else yield* compareNumbers(x, y, shape, fn.number, out.data, context);
    return [out.tensor()];
  };
}

function* compareNumbers(
  x: Tensor,
  y: Tensor,
  shape: readonly number[],
  f: (x: number, y: number) => boolean,
  out: NumberData,
  context: KernelContext,
): Steps<void> {
  const [readX, readY] = [blockReader(x, shape, context), blockReader(y, shape, context)];
  yield* inBlocks(out.length, (start, length) => {
    readX(blockX, start, length);
    readY(blockY, start, length);
    for (let i = 0; i < length; i++) blockOut[i] = f(blockX[i], blockY[i]) ? 1 : 0;
    storeBlock(out, start, blockOut, length);
  });
}

/** The kernel of a function of one input of numbers whose result has another dtype, such as bool for IsNaN. */
export function mapTo<A>(dtype: DType, fn: (x: number, attributes: A) => number) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: A,
    context: KernelContext,
  ): Steps<Outputs> {
    const x = inputs[0] as Tensor;
    const out = context.output(dtype, x.shape);
    yield* mapNumbers(x, out.data, fn, attributes);
    return [out.tensor()];
  };
}
