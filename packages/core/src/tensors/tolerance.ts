import { type DType, DTYPES } from "../dtypes/dtypes.ts";
import type { AccuracyClass } from "../operators/operator.ts";

/** |actual - expected| <= absolute + relative * |expected|. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Equal in every bit but those of NaN and the sign of zero. */
export const EXACT: Tolerance = { relative: 0, absolute: 0 };

/** Distance between neighbouring values near 1. */
const EPSILON: Partial<Readonly<Record<DType, number>>> = {
  f64: 2 ** -52,
  f32: 2 ** -23,
  f16: 2 ** -10,
  bf16: 2 ** -7,
  f8e4m3fn: 2 ** -3,
  f8e4m3fnuz: 2 ** -3,
  f8e5m2: 2 ** -2,
  f8e5m2fnuz: 2 ** -2,
  f6e2m3: 2 ** -3,
  f6e3m2: 2 ** -2,
  f4e2m1: 2 ** -1,
};

/** Units of the last place that an implementation of each class may be off its exact value. */
const UNITS: Readonly<Record<Exclude<AccuracyClass, "exact" | "random">, number>> = {
  rounding: 2,
  transcendental: 8,
  reduction: 64,
};

/** How far a result of an operator of this class may be from the reference, by dtype. Ints, bools, strings and data movement are exact. */
export function toleranceOf(accuracy: AccuracyClass, dtype: DType): Tolerance {
  if (accuracy === "exact" || DTYPES[dtype].kind !== "float") return EXACT;
  if (accuracy === "random") return { relative: Infinity, absolute: Infinity };
  const epsilon = EPSILON[dtype] ?? 1;
  const units = UNITS[accuracy];
  return { relative: units * epsilon, absolute: units * epsilon * 2 ** -6 };
}
