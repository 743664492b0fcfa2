import { type Expression, operandsOf } from "@hodu/core/kernel-ir";

const known = new WeakMap<Expression, number>();

/** Levels of an expression: 1 for what has no operands. */
export function heightOf(expression: Expression): number {
  let height = known.get(expression);
  if (height === undefined) {
    height = 1 + Math.max(0, ...operandsOf(expression).map(heightOf));
    known.set(expression, height);
  }
  return height;
}
