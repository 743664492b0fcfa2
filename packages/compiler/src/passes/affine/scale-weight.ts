import { encodeNumbers, numbers, type Tensor, tensorOf } from "@hodu/core";

/** Where the output channels lie in a weight of [outer, width, inner]: element j of the middle belongs to channel `baseOf(outer) + j`. */
export interface WeightChannels {
  readonly width: number;
  readonly inner: number;
  baseOf(outer: number): number;
}

/** The smallest number of each dtype that has all its bits. */
const SMALLEST_NORMAL: ReadonlyMap<string, number> = new Map([
  ["f16", 2 ** -14],
  ["bf16", 2 ** -126],
  ["f32", 2 ** -126],
  ["f64", 2 ** -1022],
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
  const scaled = tensorOf(weight.dtype, weight.shape, encodeNumbers(weight.dtype, out));
  const smallest = SMALLEST_NORMAL.get(weight.dtype)!;
  const keepsBits = largest.every((most) => most === 0 || (most >= smallest && most < Infinity));
  return keepsBits && numbers(scaled).every(Number.isFinite) ? scaled : undefined;
}
