import { type BinaryOperation, isFloatScalar } from "@hodu/core/kernel-ir";
import { plain } from "../instruction.ts";
import { INTEGER_SHAPES, isSigned, operandType, shapeOf, signOf } from "../lanes.ts";
import { hold, holdValue, type LocalSource, type Push, type Value } from "../value.ts";
import { perLane } from "./lane-access.ts";
import { maskOf } from "./resize-lanes.ts";
import { scalarBinary } from "./scalar-binary.ts";
import { compareParts } from "./vector-compare.ts";

/** Two vectors of one type. `uniform` is the operand of the right one where that is the same in all lanes. */
export function vectorBinary(
  source: LocalSource,
  operation: BinaryOperation,
  left: Value,
  right: Value,
  uniform?: Push,
): Value {
  const isShift = operation === "shl" || operation === "shr";
  if (isShift && uniform !== undefined) return shift(source, operation, left, uniform);
  const isWhole = operation === "div" || operation === "rem";
  if (isShift || (isWhole && !isFloatScalar(left.scalar)))
    return perLane(source, left, [left, right], ([a, b]) => scalarBinary(source, operation, left.scalar, a, b));
  const other = left.scalar === "bool" ? maskOf(source, right, left.bits) : right;
  return { ...left, parts: left.parts.map((part, i) => partBinary(source, operation, left, part, other.parts[i])) };
}

/** One register of two vectors; neither shifts nor quotients of integers. */
export function partBinary(
  source: LocalSource,
  operation: BinaryOperation,
  { scalar }: Pick<Value, "scalar">,
  left: Push,
  right: Push,
): Push {
  const { code } = source;
  if (operation === "and" || operation === "or" || operation === "xor")
    return both(left, right, () => code.v128[operation]());
  if (isFloatScalar(scalar)) {
    const name = operation as "add" | "div" | "max" | "min" | "mul" | "sub";
    return both(left, right, () => plain(code, `${scalar === "f32" ? "f32x4" : "f64x2"}.${name}`));
  }
  const shape = shapeOf(scalar) as "i8x16" | "i16x8" | "i32x4" | "i64x2";
  if (operation === "min" || operation === "max") return extreme(source, operation, scalar, left, right);
  if (operation === "mul" && shape === "i8x16") return byteProduct(source, left, right);
  return both(left, right, () => plain(code, `${shape}.${operation}` as "i16x8.mul"));
}

const both = (left: Push, right: Push, apply: () => void): Push => {
  return () => {
    left();
    right();
    apply();
  };
};

function extreme(
  source: LocalSource,
  operation: "min" | "max",
  scalar: Value["scalar"],
  left: Push,
  right: Push,
): Push {
  const shape = shapeOf(scalar) as "i8x16" | "i16x8" | "i32x4" | "i64x2";
  if (shape !== "i64x2") return both(left, right, () => plain(source.code, `${shape}.${operation}_${signOf(scalar)}`));
  const [a, b] = [hold(source, "v128", left), hold(source, "v128", right)];
  const chosen = compareParts(source, operation === "min" ? "lt" : "gt", scalar, a, b);
  return () => {
    a();
    b();
    chosen();
    source.code.v128.bitselect();
  };
}

/** Products of bytes: those of even and of odd lanes in lanes of 16 bits. */
function byteProduct(source: LocalSource, left: Push, right: Push): Push {
  const { code } = source;
  const [a, b] = [hold(source, "v128", left), hold(source, "v128", right)];
  const high = (operand: Push): void => {
    operand();
    code.i32.const(8);
    code.i16x8.shr_u();
  };
  return () => {
    a();
    b();
    code.i16x8.mul();
    high(a);
    high(b);
    code.i16x8.mul();
    code.i32.const(8);
    code.i16x8.shl();
    code.v128.const("i16x8", new Array<number>(8).fill(0xff));
    code.v128.bitselect();
  };
}

/** All lanes by one distance, modulo their bits. */
function shift(source: LocalSource, operation: "shl" | "shr", value: Value, distance: Push): Value {
  const { code } = source;
  const shape = INTEGER_SHAPES[value.bits];
  const name = operation === "shl" ? "shl" : isSigned(value.scalar) ? "shr_s" : "shr_u";
  const narrow = (): void => {
    distance();
    if (operandType(value.scalar) === "i64") code.i32.wrap_i64();
  };
  const by = value.parts.length > 1 ? hold(source, "i32", narrow) : narrow;
  const parts = value.parts.map((part) => both(part, by, () => plain(code, `${shape}.${name}`)));
  return { ...value, parts };
}

/** `yes` in lanes where the mask is true, else `no`. */
export function vectorSelect(source: LocalSource, condition: Value, yes: Value, no: Value): Value {
  const other = yes.scalar === "bool" ? maskOf(source, no, yes.bits) : no;
  const mask = holdValue(source, maskOf(source, condition, yes.bits));
  const parts = yes.parts.map((part, i) => () => {
    part();
    other.parts[i]();
    mask.parts[i]();
    source.code.v128.bitselect();
  });
  return { ...yes, parts };
}
