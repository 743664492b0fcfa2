import { DTYPES, isBig } from "../dtypes/dtypes.ts";
import { bigints, numbers, strings } from "../tensors/elements.ts";
import { denseData, type Tensor } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";

/** Negative when element i comes before element j, 0 when they are the same. */
export type Order = (i: number, j: number) => number;

/** Comparisons of cost 1 between two yields. */
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

/** Two arrays to sort `count` positions in; the first holds 0, 1, 2, ... */
export type SortScratch = readonly [positions: Float64Array, spare: Float64Array];

export function sortScratch(count: number, context: KernelContext): SortScratch {
  context.reserve(count * 16);
  return [countUp(new Float64Array(count)), new Float64Array(count)];
}

/**
 * Sorts the first array of the scratch, which holds positions, and returns what of the two holds the result; equal ones keep their
 * order. `cost`: basic operations of a comparison.
 */
export function* sortPositions([positions, spare]: SortScratch, order: Order, cost = 1): Steps<SortScratch> {
  let [from, to] = [positions, spare];
  const count = from.length;
  const yieldAfter = Math.ceil(YIELD_AFTER / cost);
  let work = 0;
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const end = Math.min(count, start + 2 * width);
      let [left, right] = [start, Math.min(count, start + width)];
      const middle = right;
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right >= end || order(from[left], from[right]) <= 0);
        to[at] = takeLeft ? from[left++] : from[right++];
        if (++work % yieldAfter === 0) yield undefined;
      }
    }
    [from, to] = [to, from];
  }
  return [from, to];
}

/** Writes 0, 1, 2, ... */
export function countUp(positions: Float64Array): Float64Array {
  for (let i = 0; i < positions.length; i++) positions[i] = i;
  return positions;
}
