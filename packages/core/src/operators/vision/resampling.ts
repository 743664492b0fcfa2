import type { Steps } from "../../kernels/context.ts";
import { cubicWeight } from "./cubic-weight.ts";

/** How Resize moves from an axis of `from` elements to one of `to`. */
export interface AxisScale {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  /** The part of the axis that tf_crop_and_resize takes, in units of its length. */
  readonly start: number;
  readonly end: number;
}

export const COORDINATE_MODES = [
  "half_pixel",
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
  "tf_half_pixel_for_nn",
  "tf_crop_and_resize",
];

/** The coordinate on the old axis of each position on the new one. ONNX Resize, coordinate_transformation_mode. */
export function coordinateOf({ from, to, scale, start, end }: AxisScale, mode: string): (x: number) => number {
  // the target length may be fractional when it follows from a scale
  const length = scale * from;
  switch (mode) {
    case "asymmetric":
      return (x) => x / scale;
    case "tf_half_pixel_for_nn":
      // an axis that keeps its length is left alone, though the formula moves it by half an element
      return scale === 1 ? (x) => x : (x) => (x + 0.5) / scale;
    case "align_corners":
      return length === 1 ? () => 0 : (x) => (x * (from - 1)) / (length - 1);
    case "tf_crop_and_resize": {
      if (length === 1) return () => 0.5 * (start + end) * (from - 1);
      return (x) => start * (from - 1) + (x * (end - start) * (from - 1)) / (length - 1);
    }
    case "pytorch_half_pixel":
      return to === 1 ? () => 0 : (x) => (x + 0.5) / scale - 0.5;
    case "half_pixel_symmetric": {
      const offset = (from / 2) * (1 - to / length);
      return (x) => offset + (x + 0.5) / scale - 0.5;
    }
    default:
      return (x) => (x + 0.5) / scale - 0.5;
  }
}

/** Whether an axis stays as it is. */
export function isIdentity({ from, to, scale }: AxisScale, mode: string): boolean {
  return scale === 1 && from === to && mode !== "tf_crop_and_resize" && mode !== "tf_half_pixel_for_nn";
}

/** True where tf_crop_and_resize reads outside of the axis. */
export function isOutside(at: number, from: number): boolean {
  return !(at >= 0 && at <= from - 1);
}

/** The element nearest to a coordinate. ONNX Resize, nearest_mode. */
export function nearestTo(at: number, from: number, mode: string): number {
  const rounded =
    mode === "floor"
      ? Math.floor(at)
      : mode === "ceil"
        ? Math.ceil(at)
        : mode === "round_prefer_ceil"
          ? Math.floor(at + 0.5)
          : Math.ceil(at - 0.5);
  return Math.min(from - 1, Math.max(0, rounded));
}

/** How the elements of a new axis are made of those of the old one: weights[o * taps + t] of element indices[o * taps + t]. */
export interface Weights {
  readonly taps: number;
  readonly indices: Int32Array;
  readonly weights: Float64Array;
  /** Positions that take the extrapolation value instead. */
  readonly outside: Uint8Array;
}

export interface Filter {
  readonly mode: string;
  readonly cubic: boolean;
  readonly a: number;
  readonly antialias: boolean;
  readonly excludeOutside: boolean;
}

/** The weights of linear or cubic interpolation; with antialias their filter is stretched where the axis shrinks. */
export function* weightsOf(
  scale: AxisScale,
  filter: Filter,
  context: { reserve(bytes: number): void },
): Steps<Weights> {
  const { from, to } = scale;
  const stretch = filter.antialias ? Math.min(1, scale.scale) : 1;
  const reach = filter.cubic ? 2 : 1;
  const first = Math.floor(-reach / stretch) + 1;
  const taps = 2 - 2 * first;
  context.reserve(12 * taps * to + to);
  const table = {
    taps,
    indices: new Int32Array(taps * to),
    weights: new Float64Array(taps * to),
    outside: new Uint8Array(to),
  };
  const coordinate = coordinateOf(scale, filter.mode);
  for (let o = 0; o < to; o++) {
    const at = coordinate(o);
    if (filter.mode === "tf_crop_and_resize" && isOutside(at, from)) table.outside[o] = 1;
    const base = Math.ceil(at) - 1;
    for (let t = 0, k = o * taps; t < taps; t++, k++) {
      const index = base + first + t;
      const distance = stretch * (index - at);
      const outside = index < 0 || index >= from;
      const weight = filter.cubic ? cubicWeight(distance, filter.a) : Math.max(0, 1 - Math.abs(distance));
      table.weights[k] = outside && filter.excludeOutside ? 0 : weight;
      table.indices[k] = Math.min(from - 1, Math.max(0, index));
    }
    if (filter.antialias || filter.excludeOutside) normalize(table.weights, o * taps, taps);
    if ((o & 1023) === 1023 || taps > 1024) yield undefined;
  }
  return table;
}

function normalize(weights: Float64Array, at: number, count: number): void {
  let sum = 0;
  for (let i = at; i < at + count; i++) sum += weights[i];
  if (sum !== 0) for (let i = at; i < at + count; i++) weights[i] /= sum;
}

/** Products between two yields. */
const YIELD_AFTER = 1 << 21;

/** data [outer, from, inner] with its middle axis made anew: [outer, to, inner]. */
export function* resample(
  data: Float64Array,
  outer: number,
  { from, to }: AxisScale,
  inner: number,
  { taps, indices, weights, outside }: Weights,
  extrapolation: number,
  out: Float64Array,
): Steps<void> {
  let work = 0;
  for (let i = 0; i < outer; i++) {
    for (let o = 0; o < to; o++) {
      const target = (i * to + o) * inner;
      if (outside[o] === 1) out.fill(extrapolation, target, target + inner);
      else {
        for (let k = o * taps; k < (o + 1) * taps; k++) {
          if (weights[k] === 0) continue;
          addRow(out, target, weights[k], data, (i * from + indices[k]) * inner, inner);
        }
      }
      work += taps * inner;
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
  }
}

function addRow(out: Float64Array, to: number, factor: number, data: Float64Array, from: number, count: number): void {
  for (let i = 0; i < count; i++) out[to + i] += factor * data[from + i];
}
