import { DTYPES, isBig } from "../../dtypes/dtypes.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { contiguous, copied, copyBlock } from "../../kernels/move.ts";
import { inBlocks } from "../../kernels/elementwise.ts";
import { bigintsOf, numbersOf } from "../../kernels/read-numbers.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import type { Tensor } from "../../tensors/tensor.ts";

/** A copy of data that updates are written onto. */
export interface Scatter {
  /** Brings `count` updates from flat position `from` on to flat position `to` on. */
  write(to: number, from: number, count: number): void;
  /** The copy with all that was written. */
  finished(): Steps<Tensor>;
}

type Combine<T> = (old: T, update: T) => T;

const NUMBERS: Readonly<Record<string, Combine<number>>> = {
  add: (x, y) => x + y,
  mul: (x, y) => x * y,
  max: Math.max,
  min: Math.min,
};
const BIGS: Readonly<Record<string, Combine<bigint>>> = {
  add: (x, y) => x + y,
  mul: (x, y) => x * y,
  max: (x, y) => (x > y ? x : y),
  min: (x, y) => (x < y ? x : y),
};
/** Sums are "or", products "and". */
const BOOLS: Readonly<Record<string, Combine<number>>> = { ...NUMBERS, add: (x, y) => x | y };
/** 32-bit products pass 2^53. */
const INTS: Readonly<Record<string, Combine<number>>> = { ...NUMBERS, mul: Math.imul };

/** Fails for a reduction that ScatterElements and ScatterND do not have. */
export function checkReduction(reduction: string, context: { fail(rule: string): never }): void {
  if (reduction !== "none" && !Object.hasOwn(NUMBERS, reduction)) {
    context.fail(`reduction ${JSON.stringify(reduction)} must be none, add, mul, max or min`);
  }
}

/** Starts a scatter of `updates` onto a copy of `data`, both of one dtype. */
export function* scatterOnto(data: Tensor, updates: Tensor, reduction: string, context: KernelContext): Steps<Scatter> {
  checkReduction(reduction, context);
  if (reduction === "none") {
    const [out, source] = [yield* copied(data, context), yield* contiguous(updates, context)];
    return { write: (to, from, count) => copyBlock(out, to, source, from, count), finished: () => atOnce(out) };
  }
  const { kind } = DTYPES[data.dtype];
  if (kind === "string" || kind === "complex") context.fail(`reduction ${reduction} is not defined for ${data.dtype}`);
  if (isBig(data.dtype)) {
    const out = context.bigOutput(data.dtype, data.shape);
    const source = (yield* bigintsOf(data, context)) as BigInt64Array;
    yield* inBlocks(source.length, (start, count) =>
      (out.data as BigInt64Array).set(source.subarray(start, start + count), start),
    );
    return combining(out.data, yield* bigintsOf(updates, context), BIGS[reduction], () => atOnce(out.tensor()));
  }
  const out = context.output(data.dtype, data.shape);
  const source = yield* numbersOf(data, context);
  yield* inBlocks(source.length, (start, count) => out.data.set(source.subarray(start, start + count), start));
  const table = kind === "bool" ? BOOLS : kind === "float" ? NUMBERS : INTS;
  return combining(out.data, yield* numbersOf(updates, context), table[reduction], () => out.rounded());
}

function* atOnce(tensor: Tensor): Steps<Tensor> {
  yield undefined;
  return tensor;
}

function combining<T>(
  data: { [i: number]: T },
  updates: ArrayLike<T>,
  combine: Combine<T>,
  finished: () => Steps<Tensor>,
): Scatter {
  return {
    write(to, from, count) {
      for (let i = 0; i < count; i++) data[to + i] = combine(data[to + i], updates[from + i]);
    },
    finished,
  };
}

/** The downgrade to versions without max and min. */
export function withoutExtremes(node: Node): Node | undefined {
  const reduction = attributeOf(node, "reduction")?.value;
  return reduction === "max" || reduction === "min" ? undefined : node;
}
