import type { Expression } from "../types.ts";
import { exp, expm1 } from "./exponential.ts";
import { floatScalarOf, withSign } from "./float-format.ts";
import { abs, add, atMost, type Names, div, lt, neg, select } from "./operations.ts";

/** tanh(x) rounds to 1 from here on. */
const TANH_IS_ONE = { f32: 10, f64: 20 } as const;

/** Below, sinh(x) rounds to x. */
const SINH_IS_X = { f32: 2 ** -14, f64: 2 ** -28 } as const;

/** From here on f / (2 f + 1) rounds to 1/2. */
const HALF_FROM = 2 ** 60;

/** The hyperbolic tangent, as (e^2x - 1) / (e^2x + 1) of |x|. */
export function tanh(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const magnitude = k.let("magnitude", atMost(abs(x), TANH_IS_ONE[floatScalarOf(x)]));
  const grown = k.let("grown", expm1(k, add(magnitude, magnitude)));
  return withSign(div(grown, add(grown, 2)), x);
}

/** 1 / (1 + e^-x), as e^x / (1 + e^x) for negative x, so that it neither overflows nor loses its small values. */
export function sigmoid(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const small = k.let("small", exp(k, neg(abs(x))));
  return div(select(lt(x, 0), small, 1), add(small, 1));
}

/** The hyperbolic sine; of f = (e^|x| - 1) / 2 it is f + f / (2 f + 1), which overflows where the sine does. */
export function sinh(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const magnitude = k.let("magnitude", abs(x));
  const f = k.let("f", expm1(k, magnitude, -1));
  const bounded = k.let("bounded", atMost(f, HALF_FROM));
  const sine = add(f, div(bounded, add(add(bounded, bounded), 1)));
  return withSign(select(lt(magnitude, SINH_IS_X[floatScalarOf(x)]), magnitude, sine), x);
}

/** The hyperbolic cosine; of f = e^|x| / 2 it is f + 1 / (4 f). */
export function cosh(k: Names, value: Expression): Expression {
  const x = k.let("x", value);
  const f = k.let("f", exp(k, abs(x), -1));
  return add(f, div(0.25, f));
}
