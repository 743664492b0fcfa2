import {
  bigints,
  denseData,
  type DType,
  DTYPES,
  isBig,
  numbers,
  quote,
  strings,
  type Tensor,
  type Tolerance,
} from "@hodu/core";
import type { ElementChange } from "./differences.ts";

/** What is known so far of the elements of two tensors. */
export interface ElementTally {
  elements: number;
  /** Elements that are not the same, within the tolerance or not. */
  unequal: number;
  differing: number;
  first: { readonly position: number; readonly a: string; readonly b: string } | undefined;
  maxAbsolute: number;
  maxRelative: number;
  readonly nan: [a: number, b: number];
}

export function newTally(): ElementTally {
  return { elements: 0, unequal: 0, differing: 0, first: undefined, maxAbsolute: -1, maxRelative: -1, nan: [0, 0] };
}

/** Adds the elements that follow: of two tensors of one dtype and shape. NaN equals NaN, and zero the negative one. */
export function addElements(tally: ElementTally, a: Tensor, b: Tensor, tolerance: Tolerance): void {
  const { kind } = DTYPES[a.dtype];
  if (kind === "complex") addComplex(tally, denseData(a) as Float64Array, denseData(b) as Float64Array, tolerance);
  else if (kind === "string") addExact(tally, strings(a), strings(b), quote);
  else if (isBig(a.dtype)) addBig(tally, bigints(a), bigints(b), tolerance);
  else addNumbers(tally, numbers(a), numbers(b), tolerance, textOf(a.dtype));
}

/** As many digits as tell the elements of a dtype apart. */
const textOf =
  (dtype: DType) =>
  (value: number): string =>
    String(dtype === "f64" ? value : Number(value.toPrecision(9)));

function addNumbers(
  tally: ElementTally,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  tolerance: Tolerance,
  text: (value: number) => string,
): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    if (x !== x) tally.nan[0]++;
    if (y !== y) tally.nan[1]++;
    if (x !== x && y !== y) continue;
    addPair(tally, i, Math.abs(y - x), Math.abs(x), tolerance, () => [text(x), text(y)]);
  }
  tally.elements += a.length;
}

function addComplex(tally: ElementTally, a: ArrayLike<number>, b: ArrayLike<number>, tolerance: Tolerance): void {
  const text = (data: ArrayLike<number>, i: number): string => `(${data[2 * i]}, ${data[2 * i + 1]})`;
  const isNan = (data: ArrayLike<number>, i: number): boolean =>
    Number.isNaN(data[2 * i]) || Number.isNaN(data[2 * i + 1]);
  const count = a.length / 2;
  for (let i = 0; i < count; i++) {
    if (isNan(a, i)) tally.nan[0]++;
    if (isNan(b, i)) tally.nan[1]++;
    if (Object.is(a[2 * i], b[2 * i]) && Object.is(a[2 * i + 1], b[2 * i + 1])) continue;
    const absolute = Math.hypot(b[2 * i] - a[2 * i], b[2 * i + 1] - a[2 * i + 1]);
    if (absolute === 0) continue;
    addPair(tally, i, absolute, Math.hypot(a[2 * i], a[2 * i + 1]), tolerance, () => [text(a, i), text(b, i)]);
  }
  tally.elements += count;
}

function addBig(tally: ElementTally, a: ArrayLike<bigint>, b: ArrayLike<bigint>, tolerance: Tolerance): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    const [absolute, size] = [y > x ? y - x : x - y, x < 0n ? -x : x];
    addPair(tally, i, Number(absolute), Number(size), tolerance, () => [String(x), String(y)]);
  }
  tally.elements += a.length;
}

function addExact<Item>(
  tally: ElementTally,
  a: ArrayLike<Item>,
  b: ArrayLike<Item>,
  text: (item: Item) => string,
): void {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) addDiffering(tally, i, () => [text(a[i]), text(b[i])]);
  }
  tally.elements += a.length;
}

type Texts = () => readonly [a: string, b: string];

/** Counts two elements that are not the same; `absolute` and `size` are |b - a| and |a|. */
function addPair(
  tally: ElementTally,
  i: number,
  absolute: number,
  size: number,
  tolerance: Tolerance,
  texts: Texts,
): void {
  if (Number.isFinite(absolute)) {
    tally.maxAbsolute = Math.max(tally.maxAbsolute, absolute);
    if (size > 0) tally.maxRelative = Math.max(tally.maxRelative, absolute / size);
  }
  const isTolerated = Number.isFinite(size) && absolute <= tolerance.absolute + tolerance.relative * size;
  if (isTolerated) tally.unequal++;
  else addDiffering(tally, i, texts);
}

function addDiffering(tally: ElementTally, i: number, texts: Texts): void {
  tally.unequal++;
  tally.differing++;
  if (tally.first !== undefined) return;
  const [a, b] = texts();
  tally.first = { position: tally.elements + i, a, b };
}

/** What the tally comes to for tensors of that shape. */
export function elementChange(tally: ElementTally, shape: readonly number[]): ElementChange {
  const { elements, differing, first, maxAbsolute, maxRelative, nan } = tally;
  return {
    elements,
    differing,
    ...(first === undefined ? {} : { first: { index: indexOf(first.position, shape), a: first.a, b: first.b } }),
    max_absolute: maxAbsolute < 0 ? null : maxAbsolute,
    max_relative: maxRelative < 0 ? null : maxRelative,
    nan: [...nan],
  };
}

/** The index of a row-major position. */
function indexOf(position: number, shape: readonly number[]): number[] {
  let rest = position;
  return shape
    .toReversed()
    .map((dim) => {
      const at = rest % dim;
      rest = Math.floor(rest / dim);
      return at;
    })
    .toReversed();
}
