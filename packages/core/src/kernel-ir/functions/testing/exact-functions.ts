import {
  atanhSeries,
  atanSeries,
  digitsOf,
  fixed,
  type FixedPoint,
  fixedPoint,
  fixedRoot,
  shifted,
} from "./fixed-point.ts";

/** A real number as an integer of 2^-bits. */
export interface Exact {
  readonly value: bigint;
  readonly bits: number;
}

type Real = (numbers: FixedPoint, ...operands: readonly bigint[]) => bigint;

const exp: Real = ({ bits, one, ln2 }, x) => {
  const n = (2n * x + ln2) / (2n * ln2) - (2n * x + ln2 < 0n ? 1n : 0n);
  let sum = 0n;
  let term = one;
  for (let i = 1n; term !== 0n && term !== -1n; i++) {
    sum += term;
    term = ((term * (x - n * ln2)) >> BigInt(bits)) / i;
  }
  return shifted(sum, Number(n));
};

const log: Real = ({ bits, one, ln2 }, x) => {
  const n = digitsOf(x) - bits;
  const m = shifted(x, -n);
  return BigInt(n) * ln2 + 2n * atanhSeries(((m - one) << BigInt(bits)) / (m + one), bits);
};

/** The sine after whole turns, and of the complement for the cosine. */
const sin: Real = ({ bits, pi }, x) => {
  const angle = ((x % (2n * pi)) + 2n * pi) % (2n * pi);
  let sum = 0n;
  let term = angle;
  for (let i = 1n; term !== 0n && term !== -1n; i += 2n) {
    sum += term;
    term = (-((term * angle) >> BigInt(bits)) * angle) >> BigInt(bits);
    term /= (i + 1n) * (i + 2n);
  }
  return sum;
};

const cos: Real = (numbers, x) => sin(numbers, x + numbers.pi / 2n);

const atan: Real = (numbers, x) => {
  const { bits, one, pi } = numbers;
  if (x < 0n) return -atan(numbers, -x);
  if (x > one) return pi / 2n - atan(numbers, quotient(numbers, one, x));
  // atan(x) = 2 atan(x / (1 + sqrt(1 + x^2)))
  if (x > one / 4n) return 2n * atan(numbers, quotient(numbers, x, one + fixedRoot(one + square(numbers, x), bits)));
  return atanSeries(x, bits);
};

const quotient: Real = ({ bits }, x, y) => (x << BigInt(bits)) / y;
const square: Real = ({ bits }, x) => (x * x) >> BigInt(bits);
const product: Real = ({ bits }, x, y) => (x * y) >> BigInt(bits);
const root: Real = ({ bits }, x) => fixedRoot(x, bits);

/** 2 / sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6). */
const erf: Real = (numbers, x) => {
  const { pi } = numbers;
  const doubled = 2n * square(numbers, x);
  let sum = 0n;
  let term = x;
  for (let odd = 3n; term !== 0n && term !== -1n; odd += 2n) {
    sum += term;
    term = product(numbers, term, doubled) / odd;
  }
  return quotient(numbers, 2n * product(numbers, sum, exp(numbers, -square(numbers, x))), root(numbers, pi));
};

const sigmoid: Real = (numbers, x) => quotient(numbers, numbers.one, numbers.one + exp(numbers, -x));

const asinh: Real = (numbers, x) =>
  x < 0n ? -asinh(numbers, -x) : log(numbers, x + root(numbers, square(numbers, x) + numbers.one));

/** The functions of the IR as they are by definition. */
export const EXACT_FUNCTIONS = {
  exp,
  expm1: (numbers, x) => exp(numbers, x) - numbers.one,
  log,
  log1p: (numbers, x) => log(numbers, x + numbers.one),
  tanh: (numbers, x) => {
    const grown = exp(numbers, 2n * x);
    return quotient(numbers, grown - numbers.one, grown + numbers.one);
  },
  sigmoid,
  sinh: (numbers, x) => (exp(numbers, x) - exp(numbers, -x)) / 2n,
  cosh: (numbers, x) => (exp(numbers, x) + exp(numbers, -x)) / 2n,
  asinh,
  acosh: (numbers, x) => log(numbers, x + root(numbers, square(numbers, x) - numbers.one)),
  atanh: (numbers, x) => log(numbers, quotient(numbers, numbers.one + x, numbers.one - x)) / 2n,
  atan,
  asin: (numbers, x) => atan(numbers, quotient(numbers, x, root(numbers, numbers.one - square(numbers, x)))),
  acos: (numbers, x) => 2n * atan(numbers, root(numbers, quotient(numbers, numbers.one - x, numbers.one + x))),
  sin,
  cos,
  tan: (numbers, x) => quotient(numbers, sin(numbers, x), cos(numbers, x)),
  erf,
  gelu: (numbers, x) => {
    const half = numbers.one / 2n;
    return product(numbers, x, half + erf(numbers, product(numbers, x, root(numbers, half))) / 2n);
  },
  geluTanh: (numbers, x) => {
    const cube = product(numbers, x, square(numbers, x));
    const y = x + (cube * 44_715n) / 1_000_000n;
    return product(
      numbers,
      x,
      sigmoid(numbers, 2n * product(numbers, root(numbers, quotient(numbers, 2n * numbers.one, numbers.pi)), y)),
    );
  },
  reciprocalSquareRoot: (numbers, x) => quotient(numbers, numbers.one, root(numbers, x)),
  pow: (numbers, x, y) => exp(numbers, product(numbers, y, log(numbers, x))),
} as const satisfies Readonly<Record<string, Real>>;

const known = new Map<string, Exact>();

/** A function of finite doubles inside its domain, to some 60 digits more than a double has. */
export function exactly(name: keyof typeof EXACT_FUNCTIONS, ...operands: readonly number[]): Exact {
  const key = `${name} ${operands.join(" ")}`;
  let exact = known.get(key);
  if (exact === undefined) {
    const bits = Math.max(...operands.map(bitsFor)) + (name === "pow" ? FAR_FROM_ONE : 0);
    const real = EXACT_FUNCTIONS[name] as Real;
    exact = { value: real(fixedPoint(bits), ...operands.map((x) => fixed(x, bits))), bits };
    known.set(key, exact);
  }
  return exact;
}

/** Digits of an exponential that is 0 or infinite in f64. */
const FAR_FROM_ONE = 1200;

/** Far operands need as many digits more, and those whose exponential is far from 1 the digits of that. */
function bitsFor(x: number): number {
  const far = Math.min(Math.abs(Math.log2(Math.abs(x))), 1100);
  const grows = Math.abs(x) > 30 && Math.abs(x) < 1000;
  return 192 + 64 * Math.ceil((far + (grows ? FAR_FROM_ONE : 0)) / 64);
}
