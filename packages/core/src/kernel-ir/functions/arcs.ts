import type { Expression } from "../types.ts";
import { ASIN_QUOTIENT, ATAN_QUOTIENT, HALF_PI, PI, QUARTER_PI } from "./coefficients.ts";
import { floatScalarOf, withSign } from "./float-format.ts";
import {
  abs,
  add,
  type Names,
  like,
  div,
  muladd,
  gt,
  lt,
  mul,
  neg,
  polynomial,
  select,
  sqrt,
  sub,
} from "./operations.ts";

/** tan(pi / 8) and tan(3 pi / 8): where the arc tangent is measured from 0, from pi / 4 and from pi / 2. */
const FIRST = Math.SQRT2 - 1;
const SECOND = Math.SQRT2 + 1;

/** The arc tangent, from -pi / 2 to pi / 2. */
export function atan(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const scalar = floatScalarOf(x);
  const zero = like(x, 0);
  const magnitude = k.let("magnitude", abs(x));
  const middle = k.let("middle", gt(magnitude, FIRST));
  const far = k.let("far", gt(magnitude, SECOND));
  const numerator = select(far, -1, select(middle, sub(magnitude, 1), magnitude));
  const denominator = select(far, magnitude, select(middle, add(magnitude, 1), 1));
  const t = k.let("t", div(numerator, denominator));
  const z = k.let("z", mul(t, t));
  const [high, low] = [0, 1].map((part) =>
    select(far, HALF_PI[scalar][part], select(middle, QUARTER_PI[scalar][part], zero)),
  );
  const bend = muladd(mul(t, z), polynomial(z, ATAN_QUOTIENT[scalar]), low);
  return withSign(add(high, add(t, bend)), x);
}

/** The arc sine of |x| up to 1/2; past it (`far`) the arc whose double is the arc cosine of |x|. NaN past 1. */
function smallArc(k: Names, x: Expression): { readonly far: Expression; readonly arc: Expression } {
  const magnitude = k.let("magnitude", abs(x));
  const far = k.let("far", gt(magnitude, 0.5));
  const z = k.let("z", select(far, mul(sub(1, magnitude), 0.5), mul(magnitude, magnitude)));
  const root = k.let("root", select(far, sqrt(z), magnitude));
  const bend = polynomial(z, ASIN_QUOTIENT[floatScalarOf(x)]);
  return { far, arc: k.let("arc", muladd(mul(root, z), bend, root)) };
}

/** The arc sine, from -pi / 2 to pi / 2. NaN where |x| is past 1. */
export function asin(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const [high, low] = HALF_PI[floatScalarOf(x)];
  const { far, arc } = smallArc(k, x);
  return withSign(select(far, sub(high, sub(add(arc, arc), low)), arc), x);
}

/** The arc cosine, from 0 to pi. NaN where |x| is past 1. */
export function acos(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const scalar = floatScalarOf(x);
  const { far, arc } = smallArc(k, x);
  const negative = k.let("negative", lt(x, 0));
  const near = sub(HALF_PI[scalar][0], sub(select(negative, neg(arc), arc), HALF_PI[scalar][1]));
  const double = k.let("double", add(arc, arc));
  return select(far, select(negative, sub(PI[scalar][0], sub(double, PI[scalar][1])), double), near);
}
