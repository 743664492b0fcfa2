import { indexDifference, indexOperation } from "./index-algebra.ts";
import { fmaValue } from "./fused-multiply-add.ts";
import { kernelError } from "./kernel-error.ts";
import { broadcast, constant, constantValue, matched, type Operand, operandOf } from "./operand.ts";
import { printExpression } from "./print-expression.ts";
import { binaryValue, compareScalars, unaryValue } from "./scalar-arithmetic.ts";
import { bitsValue, castValue, type ScalarValue } from "./scalar-values.ts";
import { scalarType, SCALARS } from "./scalars.ts";
import { simplifyBinary } from "./simplify-binary.ts";
import { typeFault } from "./type-fault.ts";
import { typeOf } from "./type-of.ts";
import type {
  BinaryOperation,
  Comparison,
  Expression,
  Reduction,
  RegisterType,
  Scalar,
  UnaryOperation,
} from "./types.ts";

/** The expression, if its types follow the rules. Throws INVALID_KERNEL. */
export function checked(expression: Expression): Expression {
  const fault = typeFault(expression);
  if (fault !== undefined) throw kernelError(`make ${printExpression(expression)}`, fault);
  return expression;
}

const splat = (value: ScalarValue, { scalar, lanes }: RegisterType): Expression =>
  broadcast({ kind: "constant", type: scalar, value }, lanes);

/** One operand; of `index`, `neg` is 0 - value. */
export function unary(operation: UnaryOperation, value: Expression): Expression {
  const type = typeOf(value);
  if (operation === "neg" && type.scalar === "index") return binary("sub", 0, value);
  const made = checked({ kind: "unary", operation, value });
  const known = constantValue(value);
  return known === undefined ? made : splat(unaryValue(operation, type.scalar, known), type);
}

/** Two operands of one type. Indices come in normal form, constants are computed, x + 0 and the like are x. */
export function binary(operation: BinaryOperation, left: Operand, right: Operand): Expression {
  const [a, b] = bothOf(left, right);
  const type = typeOf(a);
  const made = checked({ kind: "binary", operation, left: a, right: b });
  if (type.scalar === "index" && type.lanes === 1) return indexOperation(operation, a, b);
  const [x, y] = [constantValue(a), constantValue(b)];
  const value = x === undefined || y === undefined ? undefined : binaryValue(operation, type.scalar, x, y);
  return value === undefined ? simplifyBinary(made) : splat(value, type);
}

/** Two constants without a type are indices. */
function bothOf(left: Operand, right: Operand): readonly [Expression, Expression] {
  return typeof left === "number" && typeof right === "number"
    ? [constant("index", left), constant("index", right)]
    : matched(left, right);
}

/** A bool for every lane. */
export function compare(comparison: Comparison, left: Operand, right: Operand): Expression {
  const [a, b] = bothOf(left, right);
  const made = checked({ kind: "compare", comparison, left: a, right: b });
  const { scalar, lanes } = typeOf(a);
  const type: RegisterType = { scalar: "bool", lanes };
  const [x, y] = [constantValue(a), constantValue(b)];
  if (x !== undefined && y !== undefined) return splat(compareScalars(comparison, x, y), type);
  const difference = scalar === "index" && lanes === 1 ? indexDifference(a, b) : undefined;
  return difference === undefined ? made : splat(compareScalars(comparison, difference, 0), type);
}

/** `yes` where the condition holds, else `no`; a condition of one lane is one for all. */
export function select(condition: Expression, yes: Operand, no: Operand): Expression {
  const [a, b] = matched(yes, no);
  const lanes = Math.max(typeOf(a).lanes, typeOf(condition).lanes);
  const known = constantValue(condition);
  const made = checked({
    kind: "select",
    condition: broadcast(condition, lanes),
    yes: broadcast(a, lanes),
    no: broadcast(b, lanes),
  });
  return known === undefined || made.kind !== "select" ? made : known === true ? made.yes : made.no;
}

/** a * b + c. */
export function fma(x: Operand, y: Operand, z: Operand, exact: boolean): Expression {
  const [a, b, c] = matched(x, y, z);
  const made = checked({ kind: "fma", a, b, c, exact });
  const values = [a, b, c].map(constantValue);
  if (values.some((value) => typeof value !== "number")) return made;
  const [p, q, r] = values as number[];
  return splat(fmaValue(typeOf(a).scalar, p, q, r, exact), typeOf(a));
}

/** The value as another scalar. */
export function cast(to: Scalar, value: Expression): Expression {
  const { scalar, lanes } = typeOf(value);
  if (scalar === to) return value;
  const known = constantValue(value);
  return known === undefined
    ? { kind: "cast", to, value }
    : broadcast(constant(to, castValue(scalar, to, known)), lanes);
}

/** The bits as lanes of another scalar. */
export function bits(to: Scalar, value: Expression): Expression {
  const { scalar, lanes } = typeOf(value);
  if (scalar === to) return value;
  const made = checked({ kind: "bits", to, value });
  const known = SCALARS[scalar].bits === SCALARS[to].bits ? constantValue(value) : undefined;
  // a NaN would lose its bits in a constant
  const result = known === undefined ? undefined : bitsValue(scalar, to, known);
  if (result === undefined || Number.isNaN(known) || Number.isNaN(result)) return made;
  return splat(result, { scalar: to, lanes });
}

/** 0, 1, 2, ... as a vector of a scalar. */
export function lanesOf(lanes: number, scalar: Scalar): Expression {
  return lanes === 1 && SCALARS[scalar].kind !== "bool"
    ? constant(scalar, 0)
    : checked({ kind: "lanes", lanes, type: scalar });
}

/** All lanes as one. */
export function reduce(reduction: Reduction, value: Expression): Expression {
  const made = checked({ kind: "reduce", reduction, value });
  return typeOf(value).lanes === 1 ? value : made;
}

/** acc + the sums of two neighbouring products each. */
export function dot2(acc: Operand, a: Expression, b: Expression): Expression {
  const type: RegisterType = { scalar: "i32", lanes: typeOf(a).lanes / 2 };
  return checked({ kind: "dot2", acc: operandOf(acc, type), a, b });
}

/** acc + the sums of four neighbouring products each. */
export function dot4(acc: Operand, a: Expression, b: Expression): Expression {
  const type: RegisterType = { scalar: "i32", lanes: typeOf(a).lanes / 4 };
  return checked({ kind: "dot4", acc: operandOf(acc, type), a, b });
}

/** An index from an operand. */
export const indexOf = (operand: Operand): Expression => operandOf(operand, scalarType("index"));
