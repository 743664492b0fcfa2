import { operandOf } from "../operand.ts";
import { OPERATIONS } from "../operations.ts";
import { typeOf } from "../type-of.ts";
import type { Expression } from "../types.ts";

/** Gives values that are used more than once a name, as the builder's `let` does. */
export interface Names {
  let(name: string, value: Expression): Expression;
}

/** The functions hold their bounds whether a target rounds a product and sum once or twice. */
export const { abs, add, and, bits, cast, div, eq, ge, gt, lt, mul, muladd, ne, neg, not, or } = OPERATIONS;
export const { round, select, shl, shr, sqrt, sub, trunc, xor } = OPERATIONS;

/** The lesser of a value and a limit; NaN stays NaN. One instruction where a minimum returns its second operand for NaN. */
export const atMost = (value: Expression, limit: number): Expression =>
  select(lt(like(value, limit), value), limit, value);

/** The greater of a value and a limit; NaN stays NaN. */
export const atLeast = (value: Expression, limit: number): Expression => select(gt(limit, value), limit, value);

/** A number in every lane of the type of x. */
export const like = (x: Expression, value: number | bigint): Expression => operandOf(value, typeOf(x));

/** c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule. */
export function polynomial(x: Expression, coefficients: readonly number[]): Expression {
  let sum = like(x, coefficients[coefficients.length - 1]);
  for (let i = coefficients.length - 2; i >= 0; i--) sum = muladd(sum, x, coefficients[i]);
  return sum;
}
