import type { Exact } from "./exact-functions.ts";
import { digitsOf, fixed, shifted } from "./fixed-point.ts";

/** Digits of a significand, the exponents of the last place of the smallest number, and the greatest number. */
const PLACES = {
  f32: { digits: 24, least: -149, greatest: (2 - 2 ** -23) * 2 ** 127 },
  f64: { digits: 53, least: -1074, greatest: Number.MAX_VALUE },
} as const;

/** Below the last place of every double. */
const FINE = 1200;

/**
 * How far a result is from an exact value, in units of the last place that the exact value has in the scalar, after an allowance of
 * `absolute` was taken off. Infinity where only one of them is past the greatest number.
 */
export function ulps(result: number, { value, bits }: Exact, scalar: "f32" | "f64", absolute = 0): number {
  const { digits, least, greatest } = PLACES[scalar];
  const exact = shifted(value, FINE - bits);
  const magnitude = exact < 0n ? -exact : exact;
  const limit = fixed(greatest, FINE);
  if (Number.isNaN(result)) return Infinity;
  if (!Number.isFinite(result)) return magnitude > limit && result > 0 === exact > 0n ? 0 : Infinity;
  const difference = exact - fixed(result, FINE);
  const off = (difference < 0n ? -difference : difference) - fixed(absolute, FINE);
  const exponent = magnitude === 0n ? least : Math.max(digitsOf(magnitude) - FINE - digits, least);
  return off <= 0n ? 0 : Number((off << 16n) >> BigInt(exponent + FINE)) / 2 ** 16;
}
