import { DTYPES, isBig } from "../dtypes/dtypes.ts";
import { bigints, numbers, strings } from "../tensors/elements.ts";
import { denseData, type Tensor } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";

/** Negative when element i comes before element j, 0 when they are the same. */
export type Order = (i: number, j: number) => number;

/** Comparisons between two yields. */
const YIELD_AFTER = 1 << 19;

/** Ascending order of a tensor's elements by flat position: NaN last, false before true, strings by code point, complex by real part first. */
export function elementOrder(tensor: Tensor): Order {
  if (tensor.dtype === "string") {
    const data = strings(tensor);
    return (i, j) => compareStrings(data[i], data[j]);
  }
  if (isBig(tensor.dtype)) {
    const data = bigints(tensor);
    return (i, j) => (data[i] < data[j] ? -1 : data[i] > data[j] ? 1 : 0);
  }
  if (DTYPES[tensor.dtype].kind === "complex") {
    const data = denseData(tensor) as Float64Array;
    return (i, j) => compareNumbers(data[2 * i], data[2 * j]) || compareNumbers(data[2 * i + 1], data[2 * j + 1]);
  }
  const data = numbers(tensor);
  return (i, j) => compareNumbers(data[i], data[j]);
}

function compareNumbers(x: number, y: number): number {
  if (x < y) return -1;
  if (x > y) return 1;
  return x === y ? 0 : Number(Number.isNaN(x)) - Number(Number.isNaN(y));
}

/** UTF-16 puts surrogates before U+E000 to U+FFFF; by code point they come after. */
const codeRank = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

function compareStrings(x: string, y: string): number {
  const length = Math.min(x.length, y.length);
  for (let i = 0; i < length; i++) {
    const difference = codeRank(x.charCodeAt(i)) - codeRank(y.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

/** The numbers 0..count-1 in the order given; equal ones keep theirs. */
export function* sortedPositions(count: number, order: Order, context: KernelContext): Steps<Float64Array> {
  context.reserve(count * 16);
  let from = new Float64Array(count);
  for (let i = 0; i < count; i++) from[i] = i;
  let to = new Float64Array(count);
  let work = 0;
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const end = Math.min(count, start + 2 * width);
      let [left, right] = [start, Math.min(count, start + width)];
      const middle = right;
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right >= end || order(from[left], from[right]) <= 0);
        to[at] = takeLeft ? from[left++] : from[right++];
        if (++work % YIELD_AFTER === 0) yield undefined;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
