import type { Expression } from "../types.ts";
import { floatScalarOf, withSign } from "./float-format.ts";
import { log1p } from "./logarithm.ts";
import { abs, add, type Names, div, muladd, gt, lt, mul, select, sqrt, sub } from "./operations.ts";

/** From here on log(2x) is the whole result, and log(1 + x) is log(x). */
const LARGE = { f32: 2 ** 30, f64: 2 ** 60 } as const;

/** Below, atanh(x) rounds to x. */
const TINY = { f32: 2 ** -14, f64: 2 ** -28 } as const;

/** log(1 + small), and log(2x) for an x that is large. */
function logOf(k: Names, small: Expression, x: Expression): Expression {
  const large = k.let("large", gt(x, LARGE[floatScalarOf(x)]));
  const logarithm = k.let("logarithm", log1p(k, select(large, x, small)));
  return select(large, add(logarithm, Math.LN2), logarithm);
}

/** The inverse hyperbolic sine: log(1 + x + x^2 / (1 + sqrt(1 + x^2))) of |x|. */
export function asinh(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const magnitude = k.let("magnitude", abs(x));
  const square = k.let("square", mul(magnitude, magnitude));
  const small = add(magnitude, div(square, add(sqrt(add(square, 1)), 1)));
  return withSign(logOf(k, small, magnitude), x);
}

/** The inverse hyperbolic cosine: log(1 + t + sqrt(2 t + t^2)) of t = x - 1. NaN below 1. */
export function acosh(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const t = k.let("t", sub(x, 1));
  const small = add(t, sqrt(muladd(t, t, add(t, t))));
  return select(lt(x, 1), NaN, logOf(k, small, x));
}

/** The inverse hyperbolic tangent: log(1 + 2x / (1 - x)) / 2 of |x|. Infinite at 1, NaN past it. */
export function atanh(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const magnitude = k.let("magnitude", abs(x));
  const argument = k.let("argument", div(add(magnitude, magnitude), sub(1, magnitude)));
  const half = k.let("half", mul(log1p(k, argument), 0.5));
  return withSign(select(lt(magnitude, TINY[floatScalarOf(x)]), magnitude, half), x);
}
