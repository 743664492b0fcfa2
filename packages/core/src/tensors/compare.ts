import { DTYPES } from "../dtypes/dtypes.ts";
import { bigints, doubles, strings } from "./elements.ts";
import { elementCount, type Tensor, tensorOf } from "./tensor.ts";
import type { Tolerance } from "./tolerance.ts";
import type { Value } from "./values.ts";

/** How two values differ; `path` leads into sequences and maps: `[2]["label"]`. */
export interface Difference {
  readonly path: string;
  readonly message: string;
  readonly differing?: number;
  readonly elements?: number;
  readonly maxAbsolute?: number;
  readonly maxRelative?: number;
}

/**
 * The first difference between two values, or undefined when `actual` is `expected` within the tolerance.
 * Kinds, dtypes, shapes, ints, bools and strings must be equal; NaN equals NaN; infinities equal themselves only.
 */
export function compareValues(actual: Value, expected: Value, tolerance: Tolerance, path = ""): Difference | undefined {
  if (actual.kind !== expected.kind) return { path, message: `found a ${actual.kind}, expected a ${expected.kind}` };
  if (actual.kind === "tensor" && expected.kind === "tensor") return compareTensors(actual, expected, tolerance, path);
  if (actual.kind === "sequence" && expected.kind === "sequence")
    return compareItems(actual.items, expected.items, tolerance, path);
  if (actual.kind === "optional" && expected.kind === "optional") {
    if (actual.value === undefined || expected.value === undefined) {
      if (actual.value === expected.value) return undefined;
      return {
        path,
        message: `found ${actual.value === undefined ? "an empty" : "a filled"} optional, expected the other`,
      };
    }
    return compareValues(actual.value, expected.value, tolerance, path);
  }
  if (actual.kind === "map" && expected.kind === "map") {
    const order = expected.keys.map((key) => actual.keys.findIndex((other) => String(other) === String(key)));
    if (order.includes(-1) || actual.keys.length !== expected.keys.length) {
      return { path, message: `found keys ${actual.keys.join(", ")}, expected ${expected.keys.join(", ")}` };
    }
    return compareItems(
      order.map((i) => actual.values[i]),
      expected.values,
      tolerance,
      path,
    );
  }
  return undefined;
}

function compareItems(
  actual: readonly Value[],
  expected: readonly Value[],
  tolerance: Tolerance,
  path: string,
): Difference | undefined {
  if (actual.length !== expected.length)
    return { path, message: `found ${actual.length} items, expected ${expected.length}` };
  for (let i = 0; i < actual.length; i++) {
    const difference = compareValues(actual[i], expected[i], tolerance, `${path}[${i}]`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareTensors(actual: Tensor, expected: Tensor, tolerance: Tolerance, path: string): Difference | undefined {
  const describe = (tensor: Tensor): string => `${tensor.dtype}[${tensor.shape.join(", ")}]`;
  if (describe(actual) !== describe(expected))
    return { path, message: `found ${describe(actual)}, expected ${describe(expected)}` };
  const { kind } = DTYPES[expected.dtype];
  if (kind === "float") return compareNumbers(doubles(actual), doubles(expected), expected.shape, tolerance, path);
  if (kind === "complex") {
    const plain = (tensor: Tensor) =>
      doubles(tensorOf(tensor.dtype === "c64" ? "f32" : "f64", [tensor.data.length], tensor.data));
    return compareNumbers(plain(actual), plain(expected), [...expected.shape, 2], tolerance, path);
  }
  const [a, b]: readonly ArrayLike<unknown>[] =
    expected.dtype === "string" ? [strings(actual), strings(expected)] : exactElements(actual, expected);
  return compareExact(a, b, expected.shape, path);
}

function exactElements(actual: Tensor, expected: Tensor): readonly ArrayLike<unknown>[] {
  return expected.dtype === "i64" || expected.dtype === "u64"
    ? [bigints(actual), bigints(expected)]
    : [doubles(actual), doubles(expected)];
}

function compareExact(
  actual: ArrayLike<unknown>,
  expected: ArrayLike<unknown>,
  shape: readonly number[],
  path: string,
): Difference | undefined {
  let first = -1;
  let differing = 0;
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] === expected[i]) continue;
    if (first < 0) first = i;
    differing++;
  }
  if (first < 0) return undefined;
  const show = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));
  return {
    path,
    message: `element ${formatIndex(first, shape)} is ${show(actual[first])}, expected ${show(expected[first])} (${differing} of ${expected.length} differ)`,
    differing,
    elements: expected.length,
  };
}

function compareNumbers(
  actual: Float64Array,
  expected: Float64Array,
  shape: readonly number[],
  tolerance: Tolerance,
  path: string,
): Difference | undefined {
  let first = -1;
  let differing = 0;
  let maxAbsolute = 0;
  let maxRelative = 0;
  for (let i = 0; i < expected.length; i++) {
    const [x, y] = [actual[i], expected[i]];
    if (Object.is(x, y) || x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
    const absolute = Math.abs(x - y);
    if (Number.isFinite(absolute)) {
      maxAbsolute = Math.max(maxAbsolute, absolute);
      if (y !== 0) maxRelative = Math.max(maxRelative, absolute / Math.abs(y));
    }
    if (Number.isFinite(y) && absolute <= tolerance.absolute + tolerance.relative * Math.abs(y)) continue;
    if (first < 0) first = i;
    differing++;
  }
  if (first < 0) return undefined;
  const where = `element ${formatIndex(first, shape)} is ${actual[first]}, expected ${expected[first]}`;
  return {
    path,
    message: `${where} (${differing} of ${expected.length} differ, by at most ${maxAbsolute.toPrecision(3)}, relative ${maxRelative.toPrecision(3)})`,
    differing,
    elements: elementCount(shape),
    maxAbsolute,
    maxRelative,
  };
}

/** `[1, 0, 3]` for a row-major position. */
export function formatIndex(position: number, shape: readonly number[]): string {
  const index: number[] = [];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return `[${index.join(", ")}]`;
}
