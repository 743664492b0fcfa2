import { type DType, DTYPES, isBig } from "../dtypes/dtypes.ts";
import { broadcastShapes } from "./broadcast.ts";
import { bigints, numbers, strings } from "../tensors/elements.ts";
import { broadcastTo, type Tensor } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import type { KernelContext, Outputs, Steps } from "./context.ts";

/** Elements between two yields of a cheap loop. */
export const CHUNK = 1 << 18;

/** How an elementwise function acts on each kind of dtype. What is left out is taken from `float`. */
export interface ElementFunction<Numbers, Bigs> {
  readonly float?: Numbers;
  /** Ints of at most 32 bits and bool; the result is wrapped to the dtype when it is stored. */
  readonly int?: Numbers;
  /** i64, u64; wrapped to 64 bits when stored. */
  readonly big?: Bigs;
}

type Unary<A> = ElementFunction<(x: number, attributes: A) => number, (x: bigint, attributes: A) => bigint>;
type Binary<A> = ElementFunction<
  (x: number, y: number, attributes: A) => number,
  (x: bigint, y: bigint, attributes: A) => bigint
>;

/** The kernel of a function of one input; the result has its dtype and shape. */
export function unary<A>(fn: Unary<A>) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: A,
    context: KernelContext,
  ): Steps<Outputs> {
    const x = inputs[0] as Tensor;
    return [yield* mapElements(x, fn, attributes, context)];
  };
}

/** fn of each element of x, in x's dtype. */
export function* mapElements<A>(x: Tensor, fn: Unary<A>, attributes: A, context: KernelContext): Steps<Tensor> {
  if (isBig(x.dtype)) {
    const out = context.bigOutput(x.dtype, x.shape);
    const data = bigints(x);
    const f = fn.big!;
    for (let start = 0; start < data.length; start += CHUNK) {
      const end = Math.min(data.length, start + CHUNK);
      for (let i = start; i < end; i++) out.data[i] = f(data[i], attributes);
      yield undefined;
    }
    return out.tensor();
  }
  const out = context.output(x.dtype, x.shape);
  const data = numbers(x);
  const f = (DTYPES[x.dtype].kind === "float" ? fn.float : (fn.int ?? fn.float))!;
  const { data: target } = out;
  for (let start = 0; start < data.length; start += CHUNK) {
    const end = Math.min(data.length, start + CHUNK);
    for (let i = start; i < end; i++) target[i] = f(data[i], attributes);
    yield undefined;
  }
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
    const [a, b] = [bigints(broadcastTo(x, shape)), bigints(broadcastTo(y, shape))];
    const f = fn.big!;
    for (let start = 0; start < out.data.length; start += CHUNK) {
      const end = Math.min(out.data.length, start + CHUNK);
      for (let i = start; i < end; i++) out.data[i] = f(a[i], b[i], attributes);
      yield undefined;
    }
    return out.tensor();
  }
  const out = context.output(x.dtype, shape);
  const [a, b] = [numbers(broadcastTo(x, shape)), numbers(broadcastTo(y, shape))];
  const f = (DTYPES[x.dtype].kind === "float" ? fn.float : (fn.int ?? fn.float))!;
  const { data } = out;
  for (let start = 0; start < data.length; start += CHUNK) {
    const end = Math.min(data.length, start + CHUNK);
    for (let i = start; i < end; i++) data[i] = f(a[i], b[i], attributes);
    yield undefined;
  }
  return out.tensor();
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
    const [a, b] = [elementsOf(broadcastTo(x, shape)), elementsOf(broadcastTo(y, shape))];
    const f = (isBig(x.dtype) ? fn.big : x.dtype === "string" ? fn.text : fn.number) as (
      x: unknown,
      y: unknown,
    ) => boolean;
    for (let start = 0; start < out.data.length; start += CHUNK) {
      const end = Math.min(out.data.length, start + CHUNK);
      for (let i = start; i < end; i++) out.data[i] = f(a[i], b[i]) ? 1 : 0;
      yield undefined;
    }
    return [out.tensor()];
  };
}

function elementsOf(tensor: Tensor): ArrayLike<number | bigint | string> {
  if (tensor.dtype === "string") return strings(tensor);
  return isBig(tensor.dtype) ? bigints(tensor) : numbers(tensor);
}

/** The kernel of a function of one input whose result has another dtype, such as bool for IsNaN. */
export function mapTo<A>(dtype: DType, fn: (x: number, attributes: A) => number) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: A,
    context: KernelContext,
  ): Steps<Outputs> {
    const x = inputs[0] as Tensor;
    const out = context.output(dtype, x.shape);
    const data = numbers(x);
    for (let start = 0; start < data.length; start += CHUNK) {
      const end = Math.min(data.length, start + CHUNK);
      for (let i = start; i < end; i++) out.data[i] = fn(data[i], attributes);
      yield undefined;
    }
    return [out.tensor()];
  };
}
