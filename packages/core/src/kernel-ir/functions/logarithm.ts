import type { Expression } from "../types.ts";
import { LN2, LOG_QUOTIENT } from "./coefficients.ts";
import { floatScalarOf } from "./float-format.ts";
import { add, type Names, div, eq, muladd, gt, like, lt, mul, polynomial, select, sub } from "./operations.ts";
import { splitExponent } from "./split-exponent.ts";

/** log(x) + correction for a finite x above 0; the correction is far below 1. */
function logarithmOf(k: Names, x: Expression, correction: Expression): Expression {
  const scalar = floatScalarOf(x);
  const [high, low] = LN2[scalar];
  const { n, f } = splitExponent(k, x);
  // With s = f / (2 + f): log(1 + f) = 2 s + s z Q(z), z = s^2, and 2 s = f - s f; h is f^2 / 2.
  const s = k.let("s", div(f, add(f, 2)));
  const z = k.let("z", mul(s, s));
  const h = k.let("h", mul(mul(f, f), 0.5));
  const tail = muladd(s, muladd(z, polynomial(z, LOG_QUOTIENT[scalar]), h), muladd(n, low, correction));
  return muladd(n, high, sub(f, sub(h, tail)));
}

/** The logarithm where x is above 0 and finite; -Infinity for 0, NaN below, Infinity and NaN as they are. `sum` is what the logarithm is of. */
function withEdges(logarithm: Expression, x: Expression, sum: Expression): Expression {
  const above = select(lt(sum, Infinity), logarithm, x);
  return select(gt(sum, 0), above, select(eq(sum, 0), -Infinity, mul(x, NaN)));
}

/** The natural logarithm. -Infinity of 0, NaN below. */
export function log(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  return withEdges(logarithmOf(k, x, like(x, 0)), x, x);
}

/** log(1 + x), with the relative error of the logarithm near 0 too. -Infinity of -1, NaN below. */
export function log1p(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const sum = k.let("sum", add(x, 1));
  // What the sum lost, relative to it (W. Kahan; as in Hull, Fairgrieve and Tang, "Implementing complex elementary functions", 1994).
  const lost = div(sub(x, sub(sum, 1)), sum);
  const logarithm = k.let("logarithm", withEdges(logarithmOf(k, sum, lost), x, sum));
  return select(eq(x, 0), x, logarithm);
}
