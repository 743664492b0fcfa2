import type { Expression } from "../types.ts";
import { ERF_QUOTIENT, ERFC_LOGARITHM } from "./coefficients.ts";
import { exp } from "./exponential.ts";
import { floatScalarOf, withSign } from "./float-format.ts";
import { abs, atMost, type Names, like, muladd, gt, lt, mul, polynomial, select, sub } from "./operations.ts";

/** Where the polynomial of log(erfc) ends; erfc is below an eighth of the last place of 1 long before. */
const END = { f32: 5, f64: 7 } as const;

interface ErrorParts {
  /** |x| is past 1. */
  readonly far: Expression;
  /** erf(|x|), of use up to 1. */
  readonly near: Expression;
  /** 1 - erf(|x|), of use from 1 on; 0 past the end of the polynomial. */
  readonly rest: Expression;
}

/** erf by its own polynomial up to 1, 1 - erf as the exponential of one from there on. */
function errorParts(k: Names, x: Expression): ErrorParts {
  const scalar = floatScalarOf(x);
  const end = END[scalar];
  const magnitude = k.let("magnitude", abs(x));
  const t = k.let("t", atMost(magnitude, end));
  const square = k.let("square", mul(t, t));
  const near = k.let("near", muladd(t, polynomial(square, ERF_QUOTIENT[scalar]), t));
  const tail = exp(k, polynomial(t, ERFC_LOGARITHM[scalar]));
  const rest = k.let("rest", select(gt(magnitude, end), like(x, 0), tail));
  return { far: k.let("far", gt(magnitude, 1)), near, rest };
}

/** The error function. */
export function erf(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const { far, near, rest } = errorParts(k, x);
  return withSign(select(far, sub(1, rest), near), x);
}

/** The share of a normal distribution that lies below x: (1 + erf(x / sqrt 2)) / 2, without the cancellation for negative x. */
export function normalShare(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const { far, near, rest } = errorParts(k, k.let("scaled", mul(x, Math.SQRT1_2)));
  const above = k.let("above", select(far, sub(1, mul(rest, 0.5)), muladd(near, 0.5, 0.5)));
  const below = select(far, mul(rest, 0.5), sub(0.5, mul(near, 0.5)));
  return select(lt(x, 0), below, above);
}
