import { roundHalfEven } from "../dtypes/float-codec.ts";
import { SCALARS } from "./scalars.ts";
import { isWideScalar, type ScalarValue, wrap } from "./scalar-values.ts";
import type { BinaryOperation, Comparison, Scalar, UnaryOperation } from "./types.ts";

type NumberUnary = Readonly<Record<UnaryOperation, (value: number, scalar: Scalar) => number>>;

const UNARY: NumberUnary = {
  abs: Math.abs,
  ceil: Math.ceil,
  clz: (value, scalar) => leadingZeros(BigInt.asUintN(SCALARS[scalar].bits, BigInt(value)), scalar),
  floor: Math.floor,
  neg: (value, scalar) => (SCALARS[scalar].kind === "float" ? -value : 0 - value),
  not: (value) => ~value,
  popcount: (value, scalar) => ones(BigInt.asUintN(SCALARS[scalar].bits, BigInt(value))),
  round: roundHalfEven,
  sqrt: Math.sqrt,
  trunc: Math.trunc,
};

const WIDE_UNARY: Partial<Readonly<Record<UnaryOperation, (value: bigint, scalar: Scalar) => bigint>>> = {
  abs: (value) => (value < 0n ? -value : value),
  clz: (value, scalar) => BigInt(leadingZeros(BigInt.asUintN(64, value), scalar)),
  neg: (value) => -value,
  not: (value) => ~value,
  popcount: (value) => BigInt(ones(BigInt.asUintN(64, value))),
};

const leadingZeros = (value: bigint, scalar: Scalar): number =>
  SCALARS[scalar].bits - (value === 0n ? 0 : value.toString(2).length);

const ones = (value: bigint): number => value.toString(2).replaceAll("0", "").length;

/** The value that a unary operation of a scalar gives. */
export function unaryValue(operation: UnaryOperation, scalar: Scalar, value: ScalarValue): ScalarValue {
  if (typeof value === "boolean") return !value;
  if (typeof value === "bigint") return wrap(scalar, WIDE_UNARY[operation]!(value, scalar));
  return wrap(scalar, UNARY[operation](value, scalar));
}

type Binary<Value> = Readonly<Record<BinaryOperation, (left: Value, right: Value, scalar: Scalar) => Value>>;

/** Numbers in double: exact before the result is wrapped, but for products of 32 bits. Rounding twice is harmless for + - * / and sqrt. */
const BINARY: Binary<number> = {
  add: (left, right) => left + right,
  and: (left, right) => left & right,
  div: (left, right, scalar) => (SCALARS[scalar].kind === "float" ? left / right : Math.trunc(left / right)),
  max: (left, right) => Math.max(left, right),
  min: (left, right) => Math.min(left, right),
  mul: (left, right, scalar) => (isSmallInteger(scalar) ? Math.imul(left, right) : left * right),
  or: (left, right) => left | right,
  rem: (left, right) => left % right,
  shl: (left, right, scalar) => left << (right & (SCALARS[scalar].bits - 1)),
  shr: (left, right, scalar) =>
    SCALARS[scalar].kind === "signed"
      ? left >> (right & (SCALARS[scalar].bits - 1))
      : left >>> (right & (SCALARS[scalar].bits - 1)),
  sub: (left, right) => left - right,
  xor: (left, right) => left ^ right,
};

const isSmallInteger = (scalar: Scalar): boolean =>
  SCALARS[scalar].kind === "signed" || SCALARS[scalar].kind === "unsigned";

const WIDE_BINARY: Binary<bigint> = {
  add: (left, right) => left + right,
  and: (left, right) => left & right,
  div: (left, right) => left / right,
  max: (left, right) => (left > right ? left : right),
  min: (left, right) => (left < right ? left : right),
  mul: (left, right) => left * right,
  or: (left, right) => left | right,
  rem: (left, right) => left % right,
  shl: (left, right) => left << (right & 63n),
  shr: (left, right) => left >> (right & 63n),
  sub: (left, right) => left - right,
  xor: (left, right) => left ^ right,
};

const LOGIC: Partial<Readonly<Record<BinaryOperation, (left: boolean, right: boolean) => boolean>>> = {
  and: (left, right) => left && right,
  or: (left, right) => left || right,
  xor: (left, right) => left !== right,
};

/** The value that a binary operation of a scalar gives; undefined where the operation is not defined for these values. */
export function binaryValue(
  operation: BinaryOperation,
  scalar: Scalar,
  left: ScalarValue,
  right: ScalarValue,
): ScalarValue | undefined {
  if (typeof left === "boolean") return LOGIC[operation]!(left, right as boolean);
  if ((operation === "div" || operation === "rem") && !isDefined(scalar, left, right as number)) return undefined;
  if (isWideScalar(scalar)) return wrap(scalar, WIDE_BINARY[operation](left as bigint, right as bigint, scalar));
  return wrap(scalar, BINARY[operation](left as number, right as number, scalar));
}

function isDefined(scalar: Scalar, left: number | bigint, right: number | bigint): boolean {
  const { kind, bits } = SCALARS[scalar];
  if (kind === "float") return true;
  if (Number(right) === 0) return false;
  if (kind === "index") return left >= 0 && right > 0;
  return kind === "unsigned" || Number(right) !== -1 || BigInt(left) !== -(1n << BigInt(bits - 1));
}

const COMPARISONS: Readonly<Record<Comparison, (left: ScalarValue, right: ScalarValue) => boolean>> = {
  eq: (left, right) => left === right,
  ge: (left, right) => left >= right,
  gt: (left, right) => left > right,
  le: (left, right) => left <= right,
  lt: (left, right) => left < right,
  ne: (left, right) => left !== right,
};

/** Whether a comparison of two values of one type holds. */
export const compareScalars = (comparison: Comparison, left: ScalarValue, right: ScalarValue): boolean =>
  COMPARISONS[comparison](left, right);
