import type { Expression } from "../types.ts";
import { upperDigits } from "./float-format.ts";
import { add, mul, type Names, sub } from "./operations.ts";

/** An f64 that is not rounded to 53 digits: the sum of two, the second far below the first. */
export interface TwoPart {
  readonly high: Expression;
  readonly low: Expression;
}

/** a + b, where |a| is the greater or a is 0 (T. J. Dekker, "A floating-point technique for extending the available precision", 1971). */
export function twoPartSum(k: Names, a: Expression, b: Expression): TwoPart {
  const high = k.let("sum", add(a, b));
  return { high, low: k.let("rest", add(sub(a, high), b)) };
}

/** a * b, by the products of its halves; exact where none of them underflows (Dekker, 1971). */
export function exactProduct(k: Names, a: Expression, b: Expression): TwoPart {
  const high = k.let("product", mul(a, b));
  const [aHigh, bHigh] = [k.let("upper", upperDigits(a)), k.let("upper", upperDigits(b))];
  const [aLow, bLow] = [k.let("lower", sub(a, aHigh)), k.let("lower", sub(b, bHigh))];
  const crossed = add(add(sub(mul(aHigh, bHigh), high), mul(aHigh, bLow)), mul(aLow, bHigh));
  return { high, low: k.let("rest", add(crossed, mul(aLow, bLow))) };
}

/** a * b, to about 100 digits. */
export function twoPartProduct(k: Names, a: TwoPart, b: TwoPart): TwoPart {
  const { high, low } = exactProduct(k, a.high, b.high);
  return { high, low: k.let("rest", add(low, add(mul(a.high, b.low), mul(a.low, b.high)))) };
}
