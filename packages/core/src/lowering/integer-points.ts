import { SCALARS } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import type { PointBuilder } from "./contract.ts";

/** Whether a scalar is an integer from 0 on. */
export const isUnsigned = (scalar: Scalar): boolean => SCALARS[scalar].kind === "unsigned";

/** x / y; integers refuse y = 0, and the least by -1. */
export function divideInts(x: Expression, y: Expression, k: PointBuilder): Expression {
  const { kind, bits } = SCALARS[typeOf(x).scalar];
  if (kind === "float") return k.div(x, y);
  k.guard(k.ne(y, 0));
  if (kind !== "signed") return k.div(x, y);
  const isMinusOne = k.let("negates", k.eq(y, -1));
  k.guard(k.or(k.not(isMinusOne), k.ne(x, -(2n ** BigInt(bits - 1)))));
  return k.select(isMinusOne, k.neg(x), k.div(x, k.select(k.eq(y, -1), 1, y)));
}

/** The rest of x / y of integers, with the sign of x, or of y where it is floored; refuses y = 0. */
export const remainderOfInts =
  (floored: boolean) =>
  (x: Expression, y: Expression, k: PointBuilder): Expression => {
    k.guard(k.ne(y, 0));
    if (isUnsigned(typeOf(x).scalar)) return k.rem(x, y);
    // the least by -1 has no quotient, and no rest
    const rest = k.let("t", k.rem(x, k.select(k.eq(y, -1), 1, y)));
    if (!floored) return rest;
    return k.select(k.and(k.ne(rest, 0), k.ne(k.lt(rest, 0), k.lt(y, 0))), k.add(rest, y), rest);
  };

/** x moved by y places; a y below 0 or past the last bit leaves sign bits only (RIGHT) or 0. */
export function shiftPoint(direction: string, x: Expression, y: Expression, k: PointBuilder): Expression {
  const { scalar } = typeOf(x);
  const { bits } = SCALARS[scalar];
  const fits = isUnsigned(scalar) ? k.lt(y, bits) : k.and(k.ge(y, 0), k.lt(y, bits));
  if (direction === "LEFT") return k.select(fits, k.shl(x, y), 0);
  const rest = isUnsigned(scalar) ? 0 : k.select(k.lt(x, 0), k.constant(scalar, -1), 0);
  return k.select(fits, k.shr(x, y), rest);
}
