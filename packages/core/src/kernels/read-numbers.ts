import { DTYPES, isBig } from "../dtypes/dtypes.ts";
import { decodeTable } from "../dtypes/float-codec.ts";
import { bigints, numbers, strings } from "../tensors/elements.ts";
import { type BigData, elementCount, isDense, type NumberData, type Tensor } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";
import { contiguous } from "./move.ts";

/** Elements decoded between two yields. */
const YIELD_AFTER = 1 << 19;

/** The values of a tensor as numbers() gives them; a copy that this needs is accounted for and made in steps. */
export function* numbersOf(x: Tensor, context: KernelContext): Steps<NumberData> {
  const source = yield* contiguous(x, context);
  const data = source.data as NumberData;
  const isPlain = DTYPES[x.dtype].kind !== "float" || data instanceof Float32Array || data instanceof Float64Array;
  if (isPlain || data.length <= YIELD_AFTER) return numbers(source);
  const table = decodeTable(x.dtype);
  const out = new Float32Array(data.length);
  for (let start = 0; start < out.length; start += YIELD_AFTER) {
    const end = Math.min(out.length, start + YIELD_AFTER);
    for (let i = start; i < end; i++) out[i] = table[data[i]];
    yield undefined;
  }
  return out;
}

/** The same for i64 and u64. */
export function* bigintsOf(x: Tensor, context: KernelContext): Steps<BigData> {
  return bigints(yield* contiguous(x, context));
}

/** The same for strings. */
export function* stringsOf(x: Tensor, context: KernelContext): Steps<string[]> {
  return strings(yield* contiguous(x, context));
}

/** Any real tensor's values as doubles, i64 and u64 rounded. A fresh array, made in steps and accounted for. */
export function* doublesOf(x: Tensor, context: KernelContext): Steps<Float64Array> {
  const data = isBig(x.dtype) ? yield* bigintsOf(x, context) : yield* numbersOf(x, context);
  context.reserve(8 * data.length);
  const out = new Float64Array(data.length);
  for (let start = 0; start < out.length; start += YIELD_AFTER) {
    if (start > 0) yield undefined;
    const end = Math.min(out.length, start + YIELD_AFTER);
    if (isBigData(data)) for (let i = start; i < end; i++) out[i] = Number(data[i]);
    else out.set(data.subarray(start, end), start);
  }
  return out;
}

function isBigData(data: NumberData | BigData): data is BigData {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

/** Accounts for the copy of a tensor that is not dense. A view may have any number of elements, whatever its storage. */
export function reserveCopy(x: Tensor, context: Pick<KernelContext, "reserve">): void {
  if (!isDense(x)) context.reserve(elementCount(x.shape) * 8);
}
