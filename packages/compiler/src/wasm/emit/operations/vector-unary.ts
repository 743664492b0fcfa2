import { isFloatScalar, type UnaryOperation } from "@hodu/core/kernel-ir";
import { type PlainInstruction, plain } from "../instruction.ts";
import { INTEGER_SHAPES, isSigned } from "../lanes.ts";
import type { LocalSource, Value } from "../value.ts";
import { perLane } from "./lane-access.ts";
import { FLOATS, scalarUnary } from "./scalar-unary.ts";

/** One vector. */
export function vectorUnary(source: LocalSource, operation: UnaryOperation, value: Value): Value {
  if (operation === "abs" && !isFloatScalar(value.scalar) && !isSigned(value.scalar)) return value;
  const name = instructionOf(operation, value);
  if (name === undefined)
    return perLane(source, value, [value], ([lane]) => scalarUnary(source, operation, value.scalar, lane));
  const parts = value.parts.map((part) => () => {
    part();
    plain(source.code, name);
  });
  return { ...value, parts };
}

/** The instruction for a register, where there is one. */
function instructionOf(operation: UnaryOperation, { scalar, bits }: Value): PlainInstruction | undefined {
  if (operation === "not") return "v128.not";
  if (isFloatScalar(scalar))
    return `${scalar === "f32" ? "f32x4" : "f64x2"}.${FLOATS[operation as keyof typeof FLOATS]}`;
  if (operation === "abs" || operation === "neg") return `${INTEGER_SHAPES[bits]}.${operation}`;
  return operation === "popcount" && bits === 8 ? "i8x16.popcnt" : undefined;
}
