import type { BinaryOperation, Expression } from "@hodu/core/kernel-ir";

const ARITHMETIC: Partial<Readonly<Record<BinaryOperation, (a: number, b: number) => number>>> = {
  add: (a, b) => a + b,
  div: (a, b) => Math.trunc(a / b),
  max: Math.max,
  min: Math.min,
  mul: (a, b) => a * b,
  rem: (a, b) => a % b,
  sub: (a, b) => a - b,
};

/** The value of an index that is made of constants and of names that are known; undefined for any other. */
export function knownIndex(expression: Expression, known: ReadonlyMap<string, number>): number | undefined {
  if (expression.kind === "constant") return typeof expression.value === "number" ? expression.value : undefined;
  if (expression.kind === "local" || expression.kind === "size") return known.get(expression.name);
  if (expression.kind !== "binary") return undefined;
  const left = knownIndex(expression.left, known);
  const right = knownIndex(expression.right, known);
  if (left === undefined || right === undefined) return undefined;
  const value = ARITHMETIC[expression.operation]?.(left, right);
  return Number.isSafeInteger(value) ? value : undefined;
}
