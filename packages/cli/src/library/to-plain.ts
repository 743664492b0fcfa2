import { bigints, denseData, DTYPES, isBig, numbers, strings, type Tensor, type Value } from "@hodu/core";

/** A value as plain JavaScript: elements, arrays of them, a Map, null. */
export type Plain =
  | number
  | bigint
  | boolean
  | string
  | null
  | readonly Plain[]
  | ReadonlyMap<number | bigint | string, Plain>;

/**
 * A value as plain JavaScript: a tensor as nested arrays (of no axes: one element), with 64-bit integers as bigints and a complex
 * element as [real, imaginary]; a sequence as an array, a map as a Map, an empty optional as null.
 *
 * @example
 * ```js
 * import { tensor, toPlain } from "hodu";
 *
 * console.log(toPlain(tensor("f16", [[1, 0.5], [0.25, -2]])));
 * ```
 * ```text
 * [ [ 1, 0.5 ], [ 0.25, -2 ] ]
 * ```
 */
export function toPlain(value: Value): Plain {
  switch (value.kind) {
    case "tensor":
      return plainTensor(value);
    case "sequence":
      return value.items.map(toPlain);
    case "optional":
      return value.value === undefined ? null : toPlain(value.value);
    case "map":
      return new Map(value.keys.map((key, i) => [key, toPlain(value.values[i])]));
  }
}

function plainTensor(tensor: Tensor): Plain {
  const elements = elementsOf(tensor);
  let level: readonly Plain[] = elements;
  for (let axis = tensor.shape.length - 1; axis > 0; axis--) level = rowsOf(level, tensor.shape, axis);
  return tensor.shape.length === 0 ? level[0] : level;
}

/** Gathers items into rows of an axis; there may be none of either. */
function rowsOf(items: readonly Plain[], shape: readonly number[], axis: number): readonly Plain[] {
  const size = shape[axis];
  const count = shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function elementsOf(tensor: Tensor): Plain[] {
  const { kind } = DTYPES[tensor.dtype];
  if (kind === "string") return [...strings(tensor)];
  if (isBig(tensor.dtype)) return Array.from(bigints(tensor));
  if (kind === "bool") return Array.from(numbers(tensor), (element) => element !== 0);
  if (kind !== "complex") return Array.from(numbers(tensor));
  const lanes = denseData(tensor) as Float32Array | Float64Array;
  return Array.from({ length: lanes.length / 2 }, (_, i) => [lanes[2 * i], lanes[2 * i + 1]]);
}
