import type { Expression } from "../types.ts";
import { LN2, LOG_TAIL, THIRD } from "./coefficients.ts";
import { add, div, like, mul, type Names, polynomial, sub } from "./operations.ts";
import { splitExponent } from "./split-exponent.ts";
import { exactProduct, type TwoPart, twoPartProduct, twoPartSum } from "./two-part.ts";

/** f / (2 + f) in two parts. */
function quotient(k: Names, f: Expression): TwoPart {
  const divisor = twoPartSum(k, like(f, 2), f);
  const high = k.let("quotient", div(f, divisor.high));
  const back = exactProduct(k, high, divisor.high);
  const rest = sub(sub(sub(f, back.high), back.low), mul(high, divisor.low));
  return { high, low: k.let("rest", div(rest, divisor.high)) };
}

/** log(x) of a finite f64 above 0 in two parts, with a relative error of about 2^-65: 2 (s + s z (1/3 + z T(z))), s = f / (2 + f), z = s^2. */
export function longLogarithm(k: Names, x: Expression): TwoPart {
  const { n, f } = splitExponent(k, x);
  const s = quotient(k, f);
  const z = twoPartProduct(k, s, s);
  const tail = k.let("tail", mul(z.high, polynomial(z.high, LOG_TAIL)));
  const third = twoPartSum(k, like(x, THIRD[0]), tail);
  const factor = { high: third.high, low: k.let("rest", add(third.low, THIRD[1])) };
  const bend = twoPartProduct(k, s, twoPartProduct(k, z, factor));
  const half = twoPartSum(k, s.high, bend.high);
  const rest = add(half.low, add(s.low, bend.low));
  const [ln2High, ln2Low] = LN2.f64;
  const sum = twoPartSum(k, mul(n, ln2High), k.let("high", add(half.high, half.high)));
  const low = add(add(sum.low, mul(n, ln2Low)), add(rest, rest));
  return twoPartSum(k, sum.high, k.let("low", low));
}
