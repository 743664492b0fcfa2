import type { Expression } from "../types.ts";
import { HALF_PI_PARTS, TWO_OVER_PI_WORDS } from "./coefficients.ts";
import { upperDigits } from "./float-format.ts";
import { abs, add, and, bits, cast, like, lt, mul, type Names, ne, or, select, shl, shr, sub } from "./operations.ts";
import type { QuarterTurns } from "./quarter-turns.ts";

const LOW_32 = 0xffff_ffffn;

/** The exponent field (of 2^-10) whose digits would begin at the first of the table, a word of zeros before those of 2 / pi. */
const FIELD_OF_FIRST_DIGIT = 1013n;

/** `count` words of the table from word `from` (a u64) on: shifted by 16, 8, 4, 2 and 1 words where that bit of `from` is set. */
function wordsFrom(k: Names, from: Expression, count: number): readonly Expression[] {
  let words: readonly Expression[] = TWO_OVER_PI_WORDS.map((word) => like(from, word));
  for (const step of [16, 8, 4, 2, 1]) {
    const set = k.let("set", ne(and(from, step), 0));
    const kept = words.slice(0, step - 1 + count);
    words = kept.map((word, i) => (i + step < words.length ? k.let("word", select(set, words[i + step], word)) : word));
  }
  return words;
}

/** The upper 64 bits of a product of two u64, in halves of 32 bits. */
function upperProduct(k: Names, a: Expression, b: Expression): Expression {
  const [aLow, aHigh] = [k.let("a_low", and(a, LOW_32)), k.let("a_high", shr(a, 32))];
  const [bLow, bHigh] = [k.let("b_low", and(b, LOW_32)), k.let("b_high", shr(b, 32))];
  const first = k.let("first", add(mul(aLow, bHigh), shr(mul(aLow, bLow), 32)));
  const second = add(mul(aHigh, bLow), and(first, LOW_32));
  return add(mul(aHigh, bHigh), add(shr(first, 32), shr(second, 32)));
}

/** The digits of 2 / pi from the first on whose product with a significand of this exponent is not a multiple of 4, in three words. */
function digitsFor(k: Names, field: Expression): readonly Expression[] {
  const digit = k.let("digit", sub(field, FIELD_OF_FIRST_DIGIT));
  const shift = k.let("shift", and(digit, 63));
  const unshift = k.let("unshift", sub(63, shift));
  const words = wordsFrom(k, k.let("from", shr(digit, 6)), 4);
  return [0, 1, 2].map((i) => k.let("digits", or(shl(words[i], shift), shr(shr(words[i + 1], 1), unshift))));
}

/** fraction * 2^-62 + lower * 2^-126 quarters of a turn as an angle in two parts. */
function angleOf(k: Names, fraction: Expression, lower: Expression): Omit<Required<QuarterTurns>, "quarters"> {
  const signed = k.let("signed", bits("i64", fraction));
  const high = k.let("high", mul(cast("f64", shr(signed, 32)), 2 ** 32));
  const low = k.let("low", cast("f64", and(signed, LOW_32)));
  const sum = k.let("sum", add(high, low));
  const rest = k.let("rest", add(add(sub(high, sum), low), mul(cast("f64", lower), 2 ** -64)));
  const turned = k.let("turned", add(sum, rest));
  const lost = sub(rest, sub(turned, sum));
  // The product of the upper 26 digits of both factors is exact.
  const upper = k.let("upper", upperDigits(turned));
  const [halfHigh, halfLow] = HALF_PI_PARTS;
  const product = k.let("product", mul(upper, halfHigh));
  const others = mul(add(sub(turned, upper), lost), halfHigh + halfLow);
  const more = k.let("more", add(mul(upper, halfLow), others));
  const angle = k.let("angle", add(product, more));
  return { rest: mul(angle, 2 ** -62), tail: mul(sub(more, sub(angle, product)), 2 ** -62) };
}

/**
 * |x| of an f64 in quarters of a turn for every finite x, in integers: its significand times the 192 digits of 2 / pi that matter for
 * its exponent (M. Payne and R. Hanek, "Radian reduction for trigonometric functions", 1983). Without a meaning for infinities and NaN.
 */
export function quarterTurnsF64(k: Names, value: Expression): QuarterTurns {
  const x = k.let("magnitude", abs(value));
  const word = k.let("bits", bits("u64", x));
  const significand = k.let("significand", or(and(word, (1n << 52n) - 1n), 1n << 52n));
  const digits = digitsFor(k, shr(word, 52));
  const middle = k.let("middle", mul(significand, digits[1]));
  const lower = k.let("lower", add(middle, upperProduct(k, significand, digits[2])));
  const carry = select(lt(lower, middle), like(lower, 1), like(lower, 0));
  const upper = add(mul(significand, digits[0]), upperProduct(k, significand, digits[1]));
  const turns = k.let("turns", add(upper, carry));
  const quarters = k.let("quarters", shr(add(turns, 1n << 61n), 62));
  const { rest, tail } = angleOf(k, sub(turns, shl(quarters, 62)), lower);
  const small = k.let("small", lt(x, 0.5));
  return {
    quarters: k.let("quarters", select(small, 0, quarters)),
    rest: k.let("rest", select(small, x, rest)),
    tail: k.let("tail", select(small, 0, tail)),
  };
}
