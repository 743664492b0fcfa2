import type { Scalar } from "./types.ts";

const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

/**
 * a * b + c of f32 values, rounded once. The product of two f32 is exact in double; the sum is rounded to odd there (Boldo and
 * Melquiond, "Emulation of a FMA and correctly rounded sums", 2008), so that rounding it again to f32 is right.
 */
function fmaF32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  if (!Number.isFinite(sum) || sum === 0) return Math.fround(sum);
  const part = sum - product;
  const error = product - (sum - part) + (c - part);
  return Math.fround(error === 0 ? sum : roundedToOdd(sum, error));
}

/** The double next to sum + error whose last bit is 1, where `sum` is that value rounded to nearest. */
function roundedToOdd(sum: number, error: number): number {
  double[0] = sum;
  if ((doubleBits[0] & 1n) === 1n) return sum;
  doubleBits[0] += error > 0 === sum > 0 ? 1n : -1n;
  return double[0];
}

/** a * b + c of doubles, rounded once: exact in integers. */
function fmaF64(a: number, b: number, c: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b) || a === 0 || b === 0) return a * b + c;
  if (!Number.isFinite(c)) return c;
  const left = parts(a);
  const right = parts(b);
  const added = parts(c);
  const exponent = Math.min(left.exponent + right.exponent, added.exponent);
  const sum =
    ((left.mantissa * right.mantissa) << BigInt(left.exponent + right.exponent - exponent)) +
    (added.mantissa << BigInt(added.exponent - exponent));
  if (sum === 0n) return 0;
  return sum < 0n ? -rounded(-sum, exponent) : rounded(sum, exponent);
}

/** A finite double as mantissa * 2^exponent. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  double[0] = value;
  const field = Number((doubleBits[0] >> 52n) & 0x7ffn);
  const fraction = doubleBits[0] & 0xf_ffff_ffff_ffffn;
  const magnitude = field === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: value < 0 ? -magnitude : magnitude, exponent: Math.max(field, 1) - 1075 };
}

/** The exponent of the smallest subnormal double. */
const LEAST_EXPONENT = -1074;

/** mantissa * 2^exponent as a double, ties to even. */
function rounded(mantissa: bigint, exponent: number): number {
  const drop = Math.max(mantissa.toString(2).length - 53, LEAST_EXPONENT - exponent, 0);
  const shift = BigInt(drop);
  const kept = mantissa >> shift;
  const rest = mantissa - (kept << shift);
  const half = drop === 0 ? 0n : 1n << (shift - 1n);
  const up = drop > 0 && (rest > half || (rest === half && (kept & 1n) === 1n)) ? 1n : 0n;
  return scaled(Number(kept + up), exponent + drop);
}

/** value * 2^exponent, which is exact or infinite. */
function scaled(value: number, exponent: number): number {
  const first = Math.max(-1000, Math.min(1000, exponent));
  return value * 2 ** first * 2 ** (exponent - first);
}

/** a * b + c of f32 or f64: rounded once if `exact`, else the product and the sum. */
export function fmaValue(scalar: Scalar, a: number, b: number, c: number, exact: boolean): number {
  if (scalar === "f32") return exact ? fmaF32(a, b, c) : Math.fround(Math.fround(a * b) + c);
  return exact ? fmaF64(a, b, c) : a * b + c;
}
