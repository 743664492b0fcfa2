import type { Expression } from "../types.ts";
import { expOfSum } from "./exponential.ts";
import { floatScalarOf, flipped } from "./float-format.ts";
import { log } from "./logarithm.ts";
import { longLogarithm } from "./long-logarithm.ts";
import {
  abs,
  add,
  and,
  atLeast,
  atMost,
  cast,
  eq,
  like,
  lt,
  mul,
  type Names,
  ne,
  not,
  or,
  select,
  trunc,
  xor,
} from "./operations.ts";
import { exactProduct, type TwoPart } from "./two-part.ts";

/** Exponents past it take every number but 1 out of the range of f64. */
const GREATEST_EXPONENT = 2 ** 65;

/** Past it, the exponential of an f64 is 0 or infinite. */
const GREATEST_LOGARITHM = 800;

const bounded = (k: Names, value: Expression, bound: number): Expression =>
  k.let("bounded", atMost(k.let("bounded", atLeast(value, -bound)), bound));

/** y log(x) in f64: in two parts for f64, whose exponential would show the error of one. */
function exponentOf(k: Names, x: Expression, y: Expression): TwoPart {
  if (floatScalarOf(x) === "f32") {
    const logarithm = log(k, cast("f64", x));
    return { high: k.let("high", mul(logarithm, cast("f64", y))), low: like(cast("f64", x), 0) };
  }
  const logarithm = longLogarithm(k, x);
  const product = exactProduct(k, y, logarithm.high);
  return { high: product.high, low: k.let("low", add(product.low, mul(y, logarithm.low))) };
}

/** |x|^y for x above 0 and finite, and any y but NaN. */
function magnitudeOf(k: Names, x: Expression, y: Expression): Expression {
  const { high, low } = exponentOf(k, x, bounded(k, y, GREATEST_EXPONENT));
  const result = expOfSum(k, bounded(k, high, GREATEST_LOGARITHM), bounded(k, low, 1));
  return k.let("power", cast(floatScalarOf(x), result));
}

/** x^y as C and numpy have it: 1 for y = 0 and for x = 1, even of NaN; NaN for a negative x and a y that is not whole. */
export function pow(k: Names, base: Expression, exponent: Expression): Expression {
  const [x, y] = [k.let("x", base), k.let("y", exponent)];
  const magnitude = k.let("magnitude", abs(x));
  const half = k.let("half", mul(y, 0.5));
  const whole = k.let("whole", eq(trunc(y), y));
  const odd = k.let("odd", and(whole, ne(trunc(half), half)));
  const infinite = k.let("infinite", eq(magnitude, Infinity));
  const edge = k.let("edge", or(infinite, eq(magnitude, 0)));
  const edgeValue = select(xor(infinite, lt(y, 0)), like(x, Infinity), like(x, 0));
  const result = k.let("result", select(edge, edgeValue, magnitudeOf(k, magnitude, y)));
  const turned = k.let("turned", select(odd, flipped(result, x), result));
  const outside = or(and(lt(x, 0), and(ne(magnitude, Infinity), not(whole))), or(ne(x, x), ne(y, y)));
  return select(or(eq(y, 0), eq(x, 1)), 1, select(outside, NaN, turned));
}
