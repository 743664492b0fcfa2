import { encodeNumbers, numbers, type Tensor, tensorOf } from "@hodu/core";

/** Where the output channels lie in a weight of [outer, width, inner]: element j of the middle belongs to channel `baseOf(outer) + j`. */
export interface WeightChannels {
  readonly width: number;
  readonly inner: number;
  readonly baseOf: (outer: number) => number;
}

/** For each dtype the smallest number that has all its bits, and where rounding leads to infinity. */
const RANGES: ReadonlyMap<string, readonly [smallest: number, infinite: number]> = new Map([
  ["f16", [2 ** -14, 65520]],
  ["bf16", [2 ** -126, 2 ** 128 - 2 ** 119]],
  ["f32", [2 ** -126, 2 ** 128 - 2 ** 103]],
  ["f64", [2 ** -1022, Infinity]],
]);

/**
 * A float weight times the scale of each of its channels, rounded once. Undefined where an element would overflow, or a channel would
 * lose bits because it is all smaller than the dtype's normal numbers.
 */
export function scaleWeight(weight: Tensor, channels: WeightChannels, scale: Float64Array): Tensor | undefined {
  const { width, inner, baseOf } = channels;
  const from = numbers(weight);
  const out = weight.dtype === "f32" ? new Float32Array(from.length) : new Float64Array(from.length);
  const largest = new Float64Array(scale.length);
  for (let at = 0, outer = 0; at < from.length; outer++) {
    const base = baseOf(outer);
    for (let j = 0; j < width; j++) {
      const factor = scale[base + j];
      let most = largest[base + j];
      for (const end = at + inner; at < end; at++) {
        const value = from[at] * factor;
        out[at] = value;
        most = Math.max(most, Math.abs(value));
      }
      largest[base + j] = most;
    }
  }
  const [smallest, infinite] = RANGES.get(weight.dtype)!;
  // a NaN is in no range
  if (!largest.every((most) => most === 0 || (most >= smallest && most < infinite))) return undefined;
  return tensorOf(weight.dtype, weight.shape, encodeNumbers(weight.dtype, out));
}
