import { constantValue } from "./operand.ts";
import { SCALARS, type ScalarKind } from "./scalars.ts";
import { typeOf } from "./type-of.ts";
import type { BinaryOperation, Expression } from "./types.ts";

type Binary = Extract<Expression, { kind: "binary" }>;

/** For each kind of scalar, the right operand that leaves the left one as it is; and whether that holds from the left, too. */
interface Neutral {
  readonly value: (kind: ScalarKind) => number | boolean | undefined;
  readonly bothSides: boolean;
}

const integerZero = (kind: ScalarKind): number | undefined => (kind === "float" || kind === "bool" ? undefined : 0);
const one = (kind: ScalarKind): number | undefined => (kind === "bool" ? undefined : 1);

/** x + 0 is not x for -0, x + -0 is. */
const NEUTRAL: Partial<Readonly<Record<BinaryOperation, Neutral>>> = {
  add: { value: (kind) => (kind === "float" ? -0 : 0), bothSides: true },
  and: { value: (kind) => (kind === "bool" ? true : undefined), bothSides: true },
  div: { value: one, bothSides: false },
  mul: { value: one, bothSides: true },
  or: { value: (kind) => (kind === "bool" ? false : 0), bothSides: true },
  shl: { value: integerZero, bothSides: false },
  shr: { value: integerZero, bothSides: false },
  sub: { value: () => 0, bothSides: false },
  xor: { value: (kind) => (kind === "bool" ? false : 0), bothSides: true },
};

/** Values that decide an operation alone: of bool, and of integers times 0. */
const DECIDING: Partial<Readonly<Record<BinaryOperation, (kind: ScalarKind) => number | boolean | undefined>>> = {
  and: (kind) => (kind === "bool" ? false : 0),
  mul: integerZero,
  or: (kind) => (kind === "bool" ? true : undefined),
};

/** The operand that an operation gives whatever the other one is, or the operation. */
export function simplifyBinary(expression: Expression): Expression {
  if (expression.kind !== "binary") return expression;
  const { operation, left, right } = expression;
  const kind = SCALARS[typeOf(left).scalar].kind;
  const neutral = NEUTRAL[operation];
  if (neutral !== undefined) {
    if (isValue(right, neutral.value(kind))) return left;
    if (neutral.bothSides && isValue(left, neutral.value(kind))) return right;
  }
  return decided(expression, DECIDING[operation]?.(kind)) ?? expression;
}

function decided({ left, right }: Binary, value: number | boolean | undefined): Expression | undefined {
  if (isValue(left, value)) return left;
  return isValue(right, value) ? right : undefined;
}

function isValue(expression: Expression, value: number | boolean | undefined): boolean {
  const known = constantValue(expression);
  if (known === undefined || value === undefined) return false;
  return typeof known === "bigint" ? known === BigInt(value) : Object.is(known, value);
}
