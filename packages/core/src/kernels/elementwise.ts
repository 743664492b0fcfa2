import { type DType, DTYPES, isBig } from "../dtypes/dtypes.ts";
import { elementCount, type NumberData, type Tensor } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import { broadcastPositions, broadcastRuns, broadcastShapes } from "./broadcast.ts";
import type { KernelContext, Outputs, Steps } from "./context.ts";
import { bigintsOf, numbersOf, stringsOf } from "./read-numbers.ts";

/** Elements between two yields of a cheap loop. */
export const CHUNK = 1 << 18;

/**
 * Elements that loops work on at a time, in double: one loop over one class of array stays fast,
 * where a loop over the eight classes of storage would look up the class at every element. Divides CHUNK.
 */
export const BLOCK = 1 << 12;

/** Shorter runs are copied element by element. */
const SHORT_RUN = 16;

// Filled and read between two yields, so that kernels which take turns can share them.
const blockX = new Float64Array(BLOCK);
const blockY = new Float64Array(BLOCK);
const blockOut = new Float64Array(BLOCK);
const positionsX = new Float64Array(BLOCK);
const positionsY = new Float64Array(BLOCK);

/** How an elementwise function acts on each kind of dtype. What is left out is taken from `float` or `block`. */
interface ElementFunction<Numbers, Bigs, Blocks> {
  readonly float?: Numbers;
  /** In place of `float` for the commonest functions: a loop of their own over blocks, in which no element costs a call. */
  readonly block?: Blocks;
  /** Ints of at most 32 bits and bool; the result is truncated and wrapped to the dtype when it is stored. */
  readonly int?: Numbers;
  /** i64, u64; wrapped to 64 bits when stored. */
  readonly big?: Bigs;
}

export type Unary<A> = ElementFunction<
  (x: number, attributes: A) => number,
  (x: bigint, attributes: A) => bigint,
  (x: Float64Array, out: Float64Array, length: number) => void
>;
export type Binary<A> = ElementFunction<
  (x: number, y: number, attributes: A) => number,
  (x: bigint, y: bigint, attributes: A) => bigint,
  (x: Float64Array, y: Float64Array, out: Float64Array, length: number) => void
>;

/** The function of one number, unless the dtype is served by `block`. */
function chosen<Numbers>(fn: ElementFunction<Numbers, unknown, unknown>, dtype: DType): Numbers | undefined {
  return DTYPES[dtype].kind === "float" ? fn.float : (fn.int ?? fn.float);
}

/** Calls `work` for each block of `count` elements, yielding after every `chunk` elements (a multiple of BLOCK). */
export function* inBlocks(
  count: number,
  work: (start: number, length: number) => void,
  chunk: number = CHUNK,
): Steps<void> {
  for (let start = 0; start < count; start += BLOCK) {
    if (start > 0 && start % chunk === 0) yield undefined;
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
export function* blockReader(x: Tensor, shape: readonly number[], context: KernelContext): Steps<BlockReader> {
  const data = yield* numbersOf(x, context);
  if (data.length === elementCount(shape)) {
    return (block, start, length) => block.set(data.subarray(start, start + length));
  }
  if (data.length === 1) return (block, _start, length) => block.fill(data[0], 0, length);
  context.reserve(8 * data.length);
  const doubles = new Float64Array(data.length);
  yield* inBlocks(data.length, (start, length) => doubles.set(data.subarray(start, start + length), start));
  const runs = broadcastRuns(x.shape, shape);
  return (block, start, count) => {
    runs.visit(start, count, (i, at, length) => {
      if (length < SHORT_RUN) for (let k = 0; k < length; k++) block[i + k] = doubles[at + k * runs.step];
      else if (runs.step === 0) block.fill(doubles[at], i, i + length);
      else block.set(doubles.subarray(at, at + length), i);
    });
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
  const data = yield* numbersOf(x, context);
  const f = chosen(fn, x.dtype);
  yield* f === undefined ? mapBlocks(data, out.data, fn.block!) : mapNumbers(data, out.data, f, attributes);
  return yield* out.rounded();
}

function* mapBlocks(
  data: NumberData,
  out: NumberData,
  loop: (x: Float64Array, out: Float64Array, length: number) => void,
): Steps<void> {
  yield* inBlocks(data.length, (start, length) => {
    blockX.set(data.subarray(start, start + length));
    loop(blockX, blockOut, length);
    storeBlock(out, start, blockOut, length);
  });
}

function* mapNumbers<A>(
  data: NumberData,
  out: NumberData,
  f: (x: number, attributes: A) => number,
  attributes: A,
): Steps<void> {
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
  const data = yield* bigintsOf(x, context);
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
    yield* zipAny<bigint>(x, y, shape, bigintsOf, context, (a, b, i) => {
      out.data[i] = f(a, b, attributes);
    });
    return out.tensor();
  }
  const out = context.output(x.dtype, shape);
  const f = chosen(fn, x.dtype);
  const [readX, readY] = [yield* blockReader(x, shape, context), yield* blockReader(y, shape, context)];
  yield* inBlocks(out.data.length, (start, length) => {
    readX(blockX, start, length);
    readY(blockY, start, length);
    if (f === undefined) fn.block!(blockX, blockY, blockOut, length);
    else for (let i = 0; i < length; i++) blockOut[i] = f(blockX[i], blockY[i], attributes);
    storeBlock(out.data, start, blockOut, length);
  });
  return yield* out.rounded();
}

/** Calls `visit` with each pair of elements, broadcast to `shape`. */
function* zipAny<Element>(
  x: Tensor,
  y: Tensor,
  shape: readonly number[],
  read: (tensor: Tensor, context: KernelContext) => Steps<ArrayLike<Element>>,
  context: KernelContext,
  visit: (a: Element, b: Element, i: number) => void,
): Steps<void> {
  const [a, b] = [yield* read(x, context), yield* read(y, context)];
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
    if (isBig(x.dtype)) yield* zipAny<bigint>(x, y, shape, bigintsOf, context, (a, b, i) => put(i, fn.big!(a, b)));
    else if (x.dtype === "string")
      yield* zipAny<string>(x, y, shape, stringsOf, context, (a, b, i) => put(i, fn.text!(a, b)));
    else yield* compareNumbers(x, y, shape, fn.number, out.data, context);
    return [yield* out.rounded()];
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
  const [readX, readY] = [yield* blockReader(x, shape, context), yield* blockReader(y, shape, context)];
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
    yield* mapNumbers(yield* numbersOf(x, context), out.data, fn, attributes);
    return [yield* out.rounded()];
  };
}
