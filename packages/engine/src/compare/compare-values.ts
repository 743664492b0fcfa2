import {
  bigints,
  DTYPES,
  denseData,
  formatType,
  isBig,
  type MapValue,
  numbers,
  quote,
  type SequenceValue,
  strings,
  type Tensor,
  typeOfValue,
  type Value,
} from "@hodu/core";
import type { Tolerance } from "./tolerance.ts";

/** How a value differs from the expected one. */
export interface Difference {
  /** In words, such as `found f32[2], expected f32[3]` or `3 of 10 elements differ`. */
  readonly what: string;
  /** Where in a sequence, an optional or a map, such as `item 3`; empty for the value itself. */
  readonly path: string;
  /** Set when single elements differ. */
  readonly elements?: ElementDifference;
}

export interface ElementDifference {
  readonly count: number;
  readonly total: number;
  /** Index of the first element that differs. */
  readonly index: readonly number[];
  readonly found: string;
  readonly expected: string;
  /** Largest differences of all elements that are finite on both sides; relative to the expected one. Absent for strings. */
  readonly maxAbsolute?: number;
  readonly maxRelative?: number;
}

/** The difference of two values, or undefined when they are equal within the tolerance. NaN equals NaN, an infinity itself. */
export function compareValues(found: Value, expected: Value, tolerance: Tolerance): Difference | undefined {
  return compareAt("", found, expected, tolerance);
}

/** `[2, 3] is 1.5, expected 1.25; 4 of 10 differ, by at most 0.25 (relative 0.2)`. */
export function formatDifference({ what, path, elements }: Difference): string {
  const place = path === "" ? "" : `${path}: `;
  if (elements === undefined) return `${place}${what}`;
  const { index, found, expected, count, total, maxAbsolute, maxRelative } = elements;
  const first = `[${index.join(", ")}] is ${found}, expected ${expected}`;
  const most =
    maxAbsolute === undefined
      ? ""
      : `, by at most ${shortNumber(maxAbsolute)} (relative ${shortNumber(maxRelative ?? 0)})`;
  return `${place}${first}; ${count} of ${total} differ${most}`;
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));

function compareAt(path: string, found: Value, expected: Value, tolerance: Tolerance): Difference | undefined {
  const inner = (step: string): string => (path === "" ? step : `${path}, ${step}`);
  if (found.kind === "optional" || expected.kind === "optional") {
    const a = unwrap(found);
    const b = unwrap(expected);
    if (a !== undefined && b !== undefined) return compareAt(path, a, b, tolerance);
    return a === b ? undefined : { path, what: `found ${describe(a)}, expected ${describe(b)}` };
  }
  if (found.kind === "tensor" && expected.kind === "tensor") return compareTensors(path, found, expected, tolerance);
  if (found.kind === "sequence" && expected.kind === "sequence") {
    return compareSequences(found, expected, path, (a, b, i) => compareAt(inner(`item ${i}`), a, b, tolerance));
  }
  if (found.kind === "map" && expected.kind === "map") {
    return compareMaps(found, expected, path, (a, b, key) => compareAt(inner(`key ${key}`), a, b, tolerance));
  }
  return { path, what: `found ${describe(found)}, expected ${describe(expected)}` };
}

const unwrap = (value: Value): Value | undefined => (value.kind === "optional" ? value.value : value);
const describe = (value: Value | undefined): string =>
  value === undefined ? "an empty optional" : formatType(typeOfValue(value));

function compareSequences(
  found: SequenceValue,
  expected: SequenceValue,
  path: string,
  compareItem: (found: Value, expected: Value, i: number) => Difference | undefined,
): Difference | undefined {
  if (found.items.length !== expected.items.length) {
    return { path, what: `found ${found.items.length} items, expected ${expected.items.length}` };
  }
  for (let i = 0; i < found.items.length; i++) {
    const difference = compareItem(found.items[i], expected.items[i], i);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareMaps(
  found: MapValue,
  expected: MapValue,
  path: string,
  compareItem: (found: Value, expected: Value, key: string) => Difference | undefined,
): Difference | undefined {
  const values = new Map(found.keys.map((key, i) => [String(key), found.values[i]]));
  for (const [i, key] of expected.keys.entries()) {
    const value = values.get(String(key));
    const name = typeof key === "string" ? quote(key) : String(key);
    if (value === undefined) return { path, what: `key ${name} is missing` };
    const difference = compareItem(value, expected.values[i], name);
    if (difference !== undefined) return difference;
  }
  if (found.keys.length === expected.keys.length) return undefined;
  return { path, what: `found ${found.keys.length} keys, expected ${expected.keys.length}` };
}

function compareTensors(path: string, found: Tensor, expected: Tensor, tolerance: Tolerance): Difference | undefined {
  const sameShape =
    found.shape.length === expected.shape.length && found.shape.every((dim, i) => dim === expected.shape[i]);
  if (found.dtype !== expected.dtype || !sameShape) {
    return { path, what: `found ${describe(found)}, expected ${describe(expected)}` };
  }
  const kind = DTYPES[found.dtype].kind;
  const elements =
    kind === "string"
      ? compareElements(found.shape, strings(found), strings(expected), quote)
      : isBig(found.dtype)
        ? compareElements(found.shape, bigints(found), bigints(expected), String, bigDistance)
        : kind === "float"
          ? compareFloats(found.shape, numbers(found), numbers(expected), 1, tolerance)
          : kind === "complex"
            ? compareFloats(found.shape, lanes(found), lanes(expected), 2, tolerance)
            : compareElements(found.shape, numbers(found), numbers(expected), String, (a, b) => Math.abs(a - b));
  if (elements === undefined) return undefined;
  return { path, what: `${elements.count} of ${elements.total} elements differ`, elements };
}

const lanes = (tensor: Tensor): ArrayLike<number> => denseData(tensor) as Float32Array | Float64Array;
const bigDistance = (a: bigint, b: bigint): number => Math.abs(Number(a - b));

/** Compares elements that must be equal. */
function compareElements<Element>(
  shape: readonly number[],
  found: ArrayLike<Element>,
  expected: ArrayLike<Element>,
  format: (element: Element) => string,
  distance?: (a: Element, b: Element) => number,
): ElementDifference | undefined {
  let count = 0;
  let first = -1;
  let maxAbsolute = 0;
  let maxRelative = 0;
  for (let i = 0; i < found.length; i++) {
    if (found[i] === expected[i]) continue;
    if (count++ === 0) first = i;
    if (distance === undefined) continue;
    const absolute = distance(found[i], expected[i]);
    maxAbsolute = Math.max(maxAbsolute, absolute);
    const size = Math.abs(Number(expected[i]));
    if (size > 0) maxRelative = Math.max(maxRelative, absolute / size);
  }
  if (count === 0) return undefined;
  return {
    count,
    total: found.length,
    index: indexOf(first, shape),
    found: format(found[first]),
    expected: format(expected[first]),
    ...(distance === undefined ? {} : { maxAbsolute, maxRelative }),
  };
}

/** Compares floats of `width` numbers each (2: complex, by the distance in the plane). */
function compareFloats(
  shape: readonly number[],
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  width: number,
  { rtol, atol }: Tolerance,
): ElementDifference | undefined {
  const total = found.length / width;
  let count = 0;
  let first = -1;
  let maxAbsolute = 0;
  let maxRelative = 0;
  for (let i = 0; i < total; i++) {
    const absolute = distanceAt(found, expected, i, width);
    if (absolute === 0) continue;
    const size = width === 1 ? Math.abs(expected[i]) : Math.hypot(expected[2 * i], expected[2 * i + 1]);
    if (!(absolute <= atol + rtol * size) || absolute === Number.POSITIVE_INFINITY) {
      if (count++ === 0) first = i;
    }
    if (!Number.isFinite(absolute)) continue;
    maxAbsolute = Math.max(maxAbsolute, absolute);
    if (size > 0) maxRelative = Math.max(maxRelative, absolute / size);
  }
  if (count === 0) return undefined;
  const format = (values: ArrayLike<number>): string =>
    width === 1
      ? formatFloat(values[first])
      : `${formatFloat(values[2 * first])} + ${formatFloat(values[2 * first + 1])}i`;
  return {
    count,
    total,
    index: indexOf(first, shape),
    found: format(found),
    expected: format(expected),
    maxAbsolute,
    maxRelative,
  };
}

/** 0 for equal (NaN and NaN, an infinity and itself), NaN for one NaN, else the distance. */
function distanceAt(found: ArrayLike<number>, expected: ArrayLike<number>, i: number, width: number): number {
  if (width === 1) return distance(found[i], expected[i]);
  return Math.hypot(distance(found[2 * i], expected[2 * i]), distance(found[2 * i + 1], expected[2 * i + 1]));
}

function distance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  return Math.abs(a - b);
}

const formatFloat = (value: number): string => String(Number.isFinite(value) ? Number(value.toPrecision(9)) : value);

function indexOf(position: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
