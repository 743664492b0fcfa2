import { binary, bits, cast, compare, dot2, dot4, fma, lanesOf, reduce, select, unary } from "./expressions.ts";
import { broadcast, constant, type Operand } from "./operand.ts";
import type { ScalarValue } from "./scalar-values.ts";
import type { Expression, Reduction, Scalar } from "./types.ts";

/**
 * The operations of the IR as functions. Scalars are broadcast to the lanes of the other operand, constants take its type (two plain
 * numbers are indices); what can be computed is. All throw INVALID_KERNEL for operands of other types than types.ts says.
 */
export const OPERATIONS = {
  /** A constant of a scalar. */
  constant: (type: Scalar, value: ScalarValue) => constant(type, value),

  abs: (value: Expression) => unary("abs", value),
  ceil: (value: Expression) => unary("ceil", value),
  clz: (value: Expression) => unary("clz", value),
  floor: (value: Expression) => unary("floor", value),
  neg: (value: Expression) => unary("neg", value),
  not: (value: Expression) => unary("not", value),
  popcount: (value: Expression) => unary("popcount", value),
  round: (value: Expression) => unary("round", value),
  sqrt: (value: Expression) => unary("sqrt", value),
  trunc: (value: Expression) => unary("trunc", value),

  add: (left: Operand, right: Operand) => binary("add", left, right),
  and: (left: Operand, right: Operand) => binary("and", left, right),
  div: (left: Operand, right: Operand) => binary("div", left, right),
  max: (left: Operand, right: Operand) => binary("max", left, right),
  min: (left: Operand, right: Operand) => binary("min", left, right),
  mul: (left: Operand, right: Operand) => binary("mul", left, right),
  or: (left: Operand, right: Operand) => binary("or", left, right),
  rem: (left: Operand, right: Operand) => binary("rem", left, right),
  shl: (left: Operand, right: Operand) => binary("shl", left, right),
  shr: (left: Operand, right: Operand) => binary("shr", left, right),
  sub: (left: Operand, right: Operand) => binary("sub", left, right),
  xor: (left: Operand, right: Operand) => binary("xor", left, right),

  eq: (left: Operand, right: Operand) => compare("eq", left, right),
  ge: (left: Operand, right: Operand) => compare("ge", left, right),
  gt: (left: Operand, right: Operand) => compare("gt", left, right),
  le: (left: Operand, right: Operand) => compare("le", left, right),
  lt: (left: Operand, right: Operand) => compare("lt", left, right),
  ne: (left: Operand, right: Operand) => compare("ne", left, right),

  select: (condition: Expression, yes: Operand, no: Operand) => select(condition, yes, no),
  /** a * b + c, rounded once everywhere. */
  fma: (a: Operand, b: Operand, c: Operand) => fma(a, b, c, true),
  /** a * b + c, rounded once or twice as the target likes. */
  muladd: (a: Operand, b: Operand, c: Operand) => fma(a, b, c, false),
  cast: (to: Scalar, value: Expression) => cast(to, value),
  bits: (to: Scalar, value: Expression) => bits(to, value),
  broadcast: (value: Expression, lanes: number) => broadcast(value, lanes),
  /** 0, 1, 2, ...; default of indices. */
  lanes: (lanes: number, scalar: Scalar = "index") => lanesOf(lanes, scalar),
  reduce: (reduction: Reduction, value: Expression) => reduce(reduction, value),
  dot2: (acc: Operand, a: Expression, b: Expression) => dot2(acc, a, b),
  dot4: (acc: Operand, a: Expression, b: Expression) => dot4(acc, a, b),
} as const;

/** The functions of OPERATIONS. */
export type Operations = typeof OPERATIONS;
