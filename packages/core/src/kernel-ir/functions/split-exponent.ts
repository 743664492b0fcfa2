import type { Expression } from "../types.ts";
import { floatScalarOf, formatOf } from "./float-format.ts";
import { add, and, type Names, bits, lt, mul, or, select, shr, sub } from "./operations.ts";

/** The bits of sqrt(1/2). */
const ROOT_HALF = { f32: 0x3f35_04f3n, f64: 0x3fe6_a09e_667f_3bcdn } as const;

/** x = 2^n (1 + f), where 1 + f is from sqrt(1/2) to sqrt(2). */
export interface SplitExponent {
  readonly n: Expression;
  readonly f: Expression;
}

/** Splits a finite x above 0, subnormal ones too; other values give numbers without a meaning. */
export function splitExponent(k: Names, x: Expression): SplitExponent {
  const scalar = floatScalarOf(x);
  const { word, fractionBits, leastNormal, shifter, shifterBits, bias, oneBits } = formatOf(x);
  const raise = fractionBits + 1;
  const small = k.let("small", lt(x, leastNormal));
  const normal = select(small, mul(x, 2 ** raise), x);
  // The exponent field of this sum is n + bias: its fraction begins at sqrt(1/2) instead of 1.
  const moved = k.let("moved", add(bits(word, normal), oneBits - ROOT_HALF[scalar]));
  const exponent = bits(scalar, or(shr(moved, fractionBits), shifterBits));
  const n = k.let("n", sub(exponent, shifter + bias));
  const fraction = and(moved, (1n << BigInt(fractionBits)) - 1n);
  return {
    n: k.let("n", select(small, sub(n, raise), n)),
    f: k.let("f", sub(bits(scalar, add(fraction, ROOT_HALF[scalar])), 1)),
  };
}
