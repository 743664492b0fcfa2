import { isFloatScalar, type Scalar } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { plain } from "../instruction.ts";
import { isSigned, laneBits, operandType, signOf } from "../lanes.ts";
import type { LocalSource, Push } from "../value.ts";
import { pushNumber, scalarBinary, wrap } from "./scalar-binary.ts";

/** A scalar as another one, by value. */
export function scalarCast(source: LocalSource, from: Scalar, to: Scalar, value: Push): Push {
  const { code } = source;
  if (from === to) return value;
  if (to === "bool") return () => isNotZero(code, from, value);
  if (isFloatScalar(from) && !isFloatScalar(to)) return saturate(source, from, to, value);
  return () => {
    value();
    if (isFloatScalar(to)) toFloat(code, from, to);
    else resize(code, from, to);
  };
}

function isNotZero(code: FunctionBuilder, from: Scalar, value: Push): void {
  value();
  pushNumber(code, from, 0);
  plain(code, `${operandType(from)}.ne`);
}

function toFloat(code: FunctionBuilder, from: Scalar, to: Scalar): void {
  const type = to === "f32" ? "f32" : "f64";
  const operand = operandType(from);
  if (operand === "f32") code.f64.promote_f32();
  else if (operand === "f64") code.f32.demote_f64();
  else plain(code, `${type}.convert_${operand}_${signOf(from)}`);
}

/** An integer, or a bool, as an integer: cut to its bits or extended. */
function resize(code: FunctionBuilder, from: Scalar, to: Scalar): void {
  const [source, result] = [operandType(from), operandType(to)];
  if (source === "i64" && result === "i32") code.i32.wrap_i64();
  if (source === "i32" && result === "i64") plain(code, `i64.extend_i32_${signOf(from)}`);
  wrap(code, to);
}

/** A float as an integer: towards 0, at the ends of its range where it is past them, 0 for NaN. */
function saturate(source: LocalSource, from: Scalar, to: Scalar, value: Push): Push {
  const { code } = source;
  const float = from === "f32" ? "f32" : "f64";
  const type = operandType(to) === "i64" ? "i64" : "i32";
  const isSmall = laneBits(to) < 32;
  const truncate = (): void => {
    value();
    plain(code, `${type}.trunc_sat_${float}_${isSmall ? "s" : signOf(to)}`);
  };
  if (!isSmall) return truncate;
  const least = isSigned(to) ? -(2 ** (laneBits(to) - 1)) : 0;
  const most = least + 2 ** laneBits(to) - 1;
  const raised = scalarBinary(source, "max", "i32", truncate, () => code.i32.const(least));
  return scalarBinary(source, "min", "i32", raised, () => code.i32.const(most));
}

/** The bits of a scalar as another one of that width. */
export function scalarBits(code: FunctionBuilder, from: Scalar, to: Scalar, value: Push): Push {
  const [source, result] = [operandType(from), operandType(to)];
  return () => {
    value();
    if (source === result) wrap(code, to);
    else if (source === "i32") code.f32.reinterpret_i32();
    else if (source === "i64") code.f64.reinterpret_i64();
    else plain(code, source === "f32" ? "i32.reinterpret_f32" : "i64.reinterpret_f64");
  };
}
