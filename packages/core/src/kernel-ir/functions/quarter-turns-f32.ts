import type { Expression } from "../types.ts";
import { TWO_OVER_PI_PIECES } from "./coefficients.ts";
import { formatOf } from "./float-format.ts";
import { abs, add, bits, cast, ge, like, mul, muladd, type Names, round, select, sub } from "./operations.ts";
import type { QuarterTurns } from "./quarter-turns.ts";

/** The multiple of 4 that is nearest to t, taken from it; exact. */
const modFour = (t: Expression): Expression => muladd(round(mul(t, 0.25)), -4, t);

/**
 * |x| of an f32 in quarters of a turn, in f64, for every finite x: the digits of 2 / pi that matter for its exponent in pieces whose
 * product with x is exact (M. Payne and R. Hanek, "Radian reduction for trigonometric functions", 1983). NaN for infinities.
 */
export function quarterTurnsF32(k: Names, value: Expression): QuarterTurns {
  const x = k.let("wide", cast("f64", abs(value)));
  const ranges = [1, 2, 3].map((range) => k.let("past", ge(x, 2 ** (32 * range))));
  const [first, second, third, fourth] = [0, 1, 2, 3].map((piece) => {
    const choose = (chosen: Expression, past: Expression, i: number): Expression =>
      select(past, TWO_OVER_PI_PIECES[i + 1][piece], chosen);
    return k.let("part", mul(x, ranges.reduce(choose, like(x, TWO_OVER_PI_PIECES[0][piece]))));
  });
  const high = k.let("high", modFour(first));
  const middle = k.let("middle", modFour(second));
  const n = k.let("n", round(add(add(high, middle), third)));
  const turned = add(add(add(sub(high, n), middle), third), fourth);
  return {
    quarters: k.let("quarters", bits("u64", add(n, formatOf(x).shifter))),
    rest: k.let("rest", mul(turned, Math.PI / 2)),
  };
}
