import { isTypedArray, type TypedArray } from "./storage-from.ts";
import type { Refuse } from "./refuse.ts";

/** One element. */
export type Scalar = number | bigint | boolean | string;

/** An element, or arrays of arrays of them, all of one length on each level; the innermost may be typed arrays. */
export type NestedArray = Scalar | TypedArray | readonly NestedArray[];

/** Elements in row-major order, and the shape that their arrays have. */
export interface FlatElements {
  readonly elements: TypedArray | readonly Scalar[];
  readonly shape: readonly number[];
}

/** More levels than a tensor has axes: arrays that hold themselves. */
const MAX_AXES = 64;

type AnyArray = TypedArray | readonly NestedArray[];

const isArray = (data: unknown): data is AnyArray => Array.isArray(data) || isTypedArray(data);

/** Brings nested arrays into one. A typed array or a flat array is given back as it is. */
export function flatten(data: NestedArray, refuse: Refuse): FlatElements {
  if (!isArray(data)) return { elements: [data], shape: [] };
  const shape: number[] = [];
  for (let inner: unknown = data; isArray(inner); inner = inner[0]) {
    if (shape.push(inner.length) > MAX_AXES) refuse(`found arrays on more than ${MAX_AXES} levels`);
    if (inner.length === 0) break;
  }
  if (shape.length === 1) return { elements: checkScalars(data, refuse), shape };
  const elements: Scalar[] = [];
  collect(data, shape, [], elements, refuse);
  return { elements, shape };
}

function collect(
  row: AnyArray,
  shape: readonly number[],
  index: readonly number[],
  elements: Scalar[],
  refuse: Refuse,
): void {
  const place = (i: readonly number[]): string => i.map((at) => `[${at}]`).join("");
  if (row.length !== shape[index.length]) {
    refuse(`${place(index)}: found a row of ${row.length}, expected ${shape[index.length]} as before`);
  }
  const isInnermost = index.length === shape.length - 1;
  for (let i = 0; i < row.length; i++) {
    const item: NestedArray = row[i];
    if (isInnermost && !isArray(item)) elements.push(item);
    else if (!isInnermost && isArray(item)) collect(item, shape, [...index, i], elements, refuse);
    else refuse(`${place([...index, i])}: found ${isArray(item) ? "an array" : "an element"}, not as before`);
  }
}

function checkScalars(row: AnyArray, refuse: Refuse): TypedArray | readonly Scalar[] {
  if (isTypedArray(row)) return row;
  const at = row.findIndex(isArray);
  return at < 0 ? (row as readonly Scalar[]) : refuse(`[${at}]: found an array, expected an element as before`);
}
