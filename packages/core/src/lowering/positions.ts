import type { Operand } from "../kernel-ir/operand.ts";
import { OPERATIONS } from "../kernel-ir/operations.ts";
import type { Expression } from "../kernel-ir/types.ts";

const { add, constant, div, min, mul, rem } = OPERATIONS;

/** The product of dims, as an index. */
const countOf = (shape: readonly Operand[]): Expression =>
  shape.reduce<Expression>((count, dim) => mul(count, dim), constant("index", 1));

/** Row-major strides of a shape, in elements. */
const stridesOf = (shape: readonly Operand[]): readonly Expression[] =>
  shape.map((_, axis) => countOf(shape.slice(axis + 1)));

/** The row-major position of an index. */
export function positionOf(index: readonly Expression[], shape: readonly Operand[]): Expression {
  const strides = stridesOf(shape);
  return index.reduce<Expression>((sum, i, axis) => add(sum, mul(i, strides[axis])), constant("index", 0));
}

/** The index at a row-major position; all 0 along dims of 1. */
export function indexAt(position: Expression, shape: readonly Operand[]): readonly Expression[] {
  const strides = stridesOf(shape);
  const first = shape.findIndex((dim) => !isOne(dim));
  return shape.map((dim, axis) => {
    if (isOne(dim)) return constant("index", 0);
    const above = div(position, strides[axis]);
    return axis === first ? above : rem(above, dim);
  });
}

/** index / divisor, which is below a limit: the minimum says so to those who prove ranges. */
export function quotientBelow(limit: number, index: Expression, divisor: number): Expression {
  return limit === 1 ? constant("index", 0) : min(div(index, divisor), limit - 1);
}

/** Whether a dim is 1 for certain. */
export const isOne = (dim: Operand): boolean => knownDim(dim) === 1;

/** A dim as a number, where it is one. */
export function knownDim(dim: Operand): number | undefined {
  if (typeof dim !== "object") return Number(dim);
  return dim.kind === "constant" ? Number(dim.value) : undefined;
}

/** Whether two shapes are the same for certain. */
export const sameShape = (a: readonly Operand[], b: readonly Operand[]): boolean =>
  a.length === b.length && a.every((dim, i) => knownDim(dim) !== undefined && knownDim(dim) === knownDim(b[i]));
