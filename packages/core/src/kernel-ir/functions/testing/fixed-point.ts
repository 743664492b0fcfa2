/** Real numbers as integers of 2^-bits, for references that are exact far beyond a double. */
export interface FixedPoint {
  readonly bits: number;
  readonly one: bigint;
  readonly ln2: bigint;
  readonly pi: bigint;
}

const double = new Float64Array(1);
const word = new BigInt64Array(double.buffer);

/** A finite double in fixed point; exact where its last digit is not below 2^-bits. */
export function fixed(value: number, bits: number): bigint {
  double[0] = Math.abs(value);
  const field = Number(word[0] >> 52n);
  const fraction = word[0] & ((1n << 52n) - 1n);
  const significand = field === 0 ? fraction : fraction | (1n << 52n);
  const magnitude = shifted(significand, Math.max(field, 1) - 1075 + bits);
  return value < 0 ? -magnitude : magnitude;
}

/** value * 2^distance, rounded down. */
export function shifted(value: bigint, distance: number): bigint {
  return distance >= 0 ? value << BigInt(distance) : value >> BigInt(-distance);
}

/** Digits of a number above 0. */
export const digitsOf = (value: bigint): number =>
  value.toString(16).length * 4 - Math.clz32(Number.parseInt(value.toString(16)[0], 16)) + 28;

const known = new Map<number, FixedPoint>();

/** Fixed point of so many bits, with its constants. */
export function fixedPoint(bits: number): FixedPoint {
  let numbers = known.get(bits);
  if (numbers === undefined) {
    const one = 1n << BigInt(bits);
    const arc = (inverse: bigint): bigint => atanSeries(one / inverse, bits);
    numbers = {
      bits,
      one,
      ln2: 2n * atanhSeries(one / 3n, bits),
      // J. Machin, 1706.
      pi: 4n * (4n * arc(5n) - arc(239n)),
    };
    known.set(bits, numbers);
  }
  return numbers;
}

/** x + x^3 / 3 + x^5 / 5 + ... */
export const atanhSeries = (x: bigint, bits: number): bigint => oddSeries(x, (x * x) >> BigInt(bits), bits);

/** x - x^3 / 3 + x^5 / 5 - ... */
export const atanSeries = (x: bigint, bits: number): bigint => oddSeries(x, -((x * x) >> BigInt(bits)), bits);

function oddSeries(x: bigint, factor: bigint, bits: number): bigint {
  let sum = 0n;
  let term = x;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term / n;
    term = (term * factor) >> BigInt(bits);
  }
  return sum;
}

/** The square root of a number from 0 on. */
export function fixedRoot(x: bigint, bits: number): bigint {
  const square = x << BigInt(bits);
  if (square === 0n) return 0n;
  let root = 1n << BigInt(Math.ceil(digitsOf(square) / 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
