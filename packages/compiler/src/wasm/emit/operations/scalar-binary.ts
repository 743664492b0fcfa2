import { type BinaryOperation, type Comparison, isFloatScalar, type Scalar } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { plain } from "../instruction.ts";
import { laneBits, operandType, signOf } from "../lanes.ts";
import { hold, type LocalSource, type Push } from "../value.ts";

/** Brings an operand back into the range of its scalar, after arithmetic of 32 bits. */
export function wrap(code: FunctionBuilder, scalar: Scalar): void {
  if (scalar === "i8") code.i32.extend8_s();
  else if (scalar === "i16") code.i32.extend16_s();
  else if (scalar === "u8" || scalar === "u16") {
    code.i32.const(scalar === "u8" ? 0xff : 0xffff);
    code.i32.and();
  }
}

/** A number as an operand of a scalar's type. */
export function pushNumber(code: FunctionBuilder, scalar: Scalar, value: number): void {
  const type = operandType(scalar);
  if (type === "i64") code.i64.const(BigInt(value));
  else code[type].const(value);
}

/** Two operands of one scalar. Of `index`, quotients are of numbers from 0 on. */
export function scalarBinary(
  source: LocalSource,
  operation: BinaryOperation,
  scalar: Scalar,
  left: Push,
  right: Push,
): Push {
  if (isFloatScalar(scalar)) return floatBinary(source.code, operation, scalar, left, right);
  if (operation === "min" || operation === "max") return integerExtreme(source, operation, scalar, left, right);
  return () => integerBinary(source.code, operation, scalar, left, right);
}

function floatBinary(code: FunctionBuilder, operation: BinaryOperation, scalar: Scalar, left: Push, right: Push): Push {
  const type = scalar === "f32" ? "f32" : "f64";
  const name = operation as "add" | "div" | "max" | "min" | "mul" | "sub";
  return () => {
    left();
    right();
    plain(code, `${type}.${name}`);
  };
}

function integerExtreme(source: LocalSource, operation: "min" | "max", scalar: Scalar, left: Push, right: Push): Push {
  const { code } = source;
  const type = operandType(scalar);
  const [a, b] = [hold(source, type, left), hold(source, type, right)];
  return () => {
    a();
    b();
    scalarCompare(code, operation === "min" ? "lt" : "gt", scalar, a, b)();
    code.select();
  };
}

function integerBinary(
  code: FunctionBuilder,
  operation: BinaryOperation,
  scalar: Scalar,
  left: Push,
  right: Push,
): void {
  const type = operandType(scalar) === "i64" ? "i64" : "i32";
  const isSmall = laneBits(scalar) < 32;
  left();
  right();
  if (operation === "div" || operation === "rem")
    plain(code, `${type}.${operation}_${scalar === "index" ? "u" : signOf(scalar)}`);
  else if (operation === "shl" || operation === "shr") {
    if (isSmall) {
      code.i32.const(laneBits(scalar) - 1);
      code.i32.and();
    }
    plain(code, operation === "shl" ? `${type}.shl` : `${type}.shr_${signOf(scalar)}`);
  } else plain(code, `${type}.${operation as "add" | "and" | "mul" | "or" | "sub" | "xor"}`);
  wrap(code, scalar);
}

/** 1 where the comparison holds, else 0. */
export function scalarCompare(
  code: FunctionBuilder,
  comparison: Comparison,
  scalar: Scalar,
  left: Push,
  right: Push,
): Push {
  const type = operandType(scalar);
  return () => {
    left();
    right();
    if (comparison === "eq" || comparison === "ne") plain(code, `${type}.${comparison}`);
    else if (type === "f32" || type === "f64") plain(code, `${type}.${comparison}`);
    else plain(code, `${type}.${comparison}_${signOf(scalar)}`);
  };
}
