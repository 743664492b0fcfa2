import { type DType, DTYPES, type Tensor as StridedTensor, lanesOf, quote, tensorOf } from "@hodu/core";
import { flatten, type NestedArray } from "./flatten.ts";
import { type Refuse, refuseWith } from "./refuse.ts";
import { storageFrom } from "./storage-from.ts";

/** The classes that elements are kept in. */
interface Storages {
  readonly Uint8Array: Uint8Array;
  readonly Int8Array: Int8Array;
  readonly Uint16Array: Uint16Array;
  readonly Int16Array: Int16Array;
  readonly Uint32Array: Uint32Array;
  readonly Int32Array: Int32Array;
  readonly BigInt64Array: BigInt64Array;
  readonly BigUint64Array: BigUint64Array;
  readonly Float32Array: Float32Array;
  readonly Float64Array: Float64Array;
  readonly Array: string[];
}

/**
 * What holds the elements of a dtype: Float32Array for f32, BigInt64Array for i64, an array for strings. f16, bf16 and smaller
 * floats are bit patterns: `numbers(tensor)` decodes them. Complex elements are two, real and imaginary.
 */
export type StorageOf<D extends DType> = Storages[(typeof DTYPES)[D]["storage"]];

/** A tensor as the library gives it: plain data, `data` holding just the elements, in row-major order. */
export interface Tensor<D extends DType = DType> extends StridedTensor {
  readonly dtype: D;
  readonly data: StorageOf<D>;
}

/**
 * A tensor from elements. `shape`: default that of the nested arrays; of flat data, its length. A typed array of the dtype's own
 * class is taken as it is, not copied; others are converted where the dtype holds every value of theirs. Throws BAD_INPUT.
 *
 * @example
 * ```js
 * import { tensor } from "hodu";
 *
 * const weights = tensor("f32", [[1, 2, 3], [4, 5, 6]]);
 * console.log(weights.shape, weights.data);
 * console.log(tensor("i64", [7, 8]).data);
 * ```
 * ```text
 * [ 2, 3 ] Float32Array(6) [ 1, 2, 3, 4, 5, 6 ]
 * BigInt64Array(2) [ 7n, 8n ]
 * ```
 */
export function tensor<D extends DType>(dtype: D, data: NestedArray, shape?: readonly number[]): Tensor<D> {
  if (!Object.hasOwn(DTYPES, dtype)) {
    refuseWith("make a tensor")(
      `found dtype ${quote(String(dtype))}, expected one of ${Object.keys(DTYPES).join(", ")}`,
    );
  }
  return tensorWith(dtype, data, refuseWith(`make a tensor of ${dtype}`), (found) => shape ?? found) as Tensor<D>;
}

/** Chooses a shape for elements: `found` is that of the arrays, of flat data just its length. */
export type ChooseShape = (found: readonly number[], count: number) => readonly number[];

/** A tensor from elements, of a shape that is chosen when their number is known. Nested arrays keep theirs. */
export function tensorWith(dtype: DType, source: NestedArray, refuse: Refuse, choose: ChooseShape): StridedTensor {
  const { elements, shape: nested } = flatten(source, refuse);
  const data = storageFrom(dtype, elements, refuse);
  const lanes = lanesOf(dtype);
  const found = lanes === 1 ? nested : withoutLanes(nested, refuse);
  const shape = choose(found, data.length / lanes);
  checkShape(shape, found, data.length / lanes, refuse);
  return tensorOf(dtype, shape, data);
}

/** Complex: flat elements are real and imaginary in turn, nested ones pairs. */
function withoutLanes(shape: readonly number[], refuse: Refuse): readonly number[] {
  const last = shape.at(-1) ?? 1;
  if (shape.length === 1 && last % 2 === 0) return [last / 2];
  if (shape.length > 1 && last === 2) return shape.slice(0, -1);
  return refuse(`found shape [${shape.join(", ")}], expected a real and an imaginary part for each element`);
}

function checkShape(shape: readonly number[], found: readonly number[], count: number, refuse: Refuse): void {
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    refuse(`found shape [${shape.join(", ")}], expected sizes of 0 or more`);
  }
  const wanted = shape.reduce((product, dim) => product * dim, 1);
  if (count !== wanted) {
    const elements = count === 1 ? "1 element" : `${count} elements`;
    refuse(`found ${elements}, expected ${wanted} for shape [${shape.join(", ")}]`);
  }
  const isSame = found.length === shape.length && found.every((dim, axis) => dim === shape[axis]);
  if (found.length > 1 && !isSame) {
    refuse(`found arrays of shape [${found.join(", ")}], expected [${shape.join(", ")}]`);
  }
}
