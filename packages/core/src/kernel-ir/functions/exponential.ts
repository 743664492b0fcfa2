import type { Expression } from "../types.ts";
import { EXPM1_QUOTIENT, LN2 } from "./coefficients.ts";
import { type FloatScalar, floatScalarOf, powerOfTwo } from "./float-format.ts";
import {
  add,
  atLeast,
  atMost,
  type Names,
  eq,
  mul,
  muladd,
  neg,
  polynomial,
  round,
  select,
  sub,
} from "./operations.ts";

/** Where the functions leave the range of their results. */
interface Limits {
  /** Below, e^x rounds to 0; above, half of it to infinity. */
  readonly least: number;
  readonly greatest: number;
  /** Below, e^x - 1 rounds to -1. */
  readonly leastMinusOne: number;
}

const LIMITS: Readonly<Record<FloatScalar, Limits>> = {
  f32: { least: -104, greatest: 90, leastMinusOne: -20 },
  f64: { least: -746, greatest: 711, leastMinusOne: -40 },
};

/** x = n ln 2 + r with a whole n and |r| <= ln 2 / 2, and e^r - 1 (Cody and Waite, "Software Manual for the Elementary Functions", 1980). */
function reduced(k: Names, x: Expression): { readonly n: Expression; readonly minusOne: Expression } {
  const scalar = floatScalarOf(x);
  const [high, low] = LN2[scalar];
  const n = k.let("n", round(mul(x, Math.LOG2E)));
  const r = k.let("r", muladd(n, -low, muladd(n, -high, x)));
  const quotient = polynomial(r, EXPM1_QUOTIENT[scalar]);
  return { n, minusOne: k.let("minus_one", muladd(mul(r, r), quotient, r)) };
}

/** value * 2^n in two steps, so that it is rounded once where the result is subnormal; |n| is at most twice the bias. */
function scaled(k: Names, value: Expression, n: Expression): Expression {
  const half = k.let("half", round(mul(n, 0.5)));
  return mul(mul(value, powerOfTwo(half)), powerOfTwo(sub(n, half)));
}

/** e^x * 2^shift for a shift of 0 or -1. */
export function exp(k: Names, value: Expression, shift: 0 | -1 = 0): Expression {
  const { least, greatest } = LIMITS[floatScalarOf(value)];
  const given = k.let("x", value);
  const x = k.let("bounded", atLeast(k.let("below", atMost(given, greatest)), least));
  const { n, minusOne } = reduced(k, x);
  return scaled(k, add(minusOne, 1), shift === 0 ? n : k.let("n", add(n, shift)));
}

/** (e^x - 1) * 2^shift for a shift of 0 or -1, with the relative error of e^x near 0 too. */
export function expm1(k: Names, value: Expression, shift: 0 | -1 = 0): Expression {
  const { leastMinusOne, greatest } = LIMITS[floatScalarOf(value)];
  const given = k.let("x", value);
  const x = k.let("bounded", atLeast(k.let("below", atMost(given, greatest)), leastMinusOne));
  const { n, minusOne } = reduced(k, x);
  // 2^n (e^r - 1 + 1 - 2^-n); past 100, 2^-n is far below the last place of 1.
  const rest = sub(1, powerOfTwo(atLeast(k.let("inverse", neg(n)), -100)));
  const result = k.let("result", scaled(k, add(minusOne, rest), shift === 0 ? n : k.let("n", add(n, shift))));
  return select(eq(given, 0), given, result);
}

/** e^(x + tail) of f64s, where |x| is at most 800 and the tail is far below it. */
export function expOfSum(k: Names, x: Expression, tail: Expression): Expression {
  const [high, low] = LN2.f64;
  const n = k.let("n", round(mul(x, Math.LOG2E)));
  const upper = k.let("upper", muladd(n, -high, x));
  const lower = k.let("lower", muladd(n, -low, tail));
  const r = k.let("r", add(upper, lower));
  const lost = add(sub(upper, r), lower);
  const minusOne = add(muladd(mul(r, r), polynomial(r, EXPM1_QUOTIENT.f64), lost), r);
  return scaled(k, add(minusOne, 1), n);
}
