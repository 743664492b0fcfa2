import { type Comparison, isFloatScalar, type Scalar } from "@hodu/core/kernel-ir";
import { plain } from "../instruction.ts";
import { shapeOf, signOf } from "../lanes.ts";
import type { LocalSource, Push, Value } from "../value.ts";
import { maskOf } from "./resize-lanes.ts";

/** A mask with lanes as wide as those of the operands. */
export function vectorCompare(source: LocalSource, comparison: Comparison, left: Value, right: Value): Value {
  const other = left.scalar === "bool" ? maskOf(source, right, left.bits) : right;
  const parts = left.parts.map((part, i) => compareParts(source, comparison, left.scalar, part, other.parts[i]));
  return { scalar: "bool", lanes: left.lanes, bits: left.bits, parts };
}

/** One register of a comparison. */
export function compareParts(
  source: LocalSource,
  comparison: Comparison,
  scalar: Scalar,
  left: Push,
  right: Push,
): Push {
  const { code } = source;
  return () => {
    const isFlipped = scalar === "u64" && comparison !== "eq" && comparison !== "ne";
    for (const operand of [left, right]) {
      operand();
      if (isFlipped) flipSigns(source);
    }
    if (scalar === "bool") {
      code.v128.xor();
      if (comparison === "eq") code.v128.not();
    } else compareLanes(source, comparison, scalar);
  };
}

/** Unsigned numbers compare as signed ones whose first bit is the other one. */
function flipSigns({ code }: LocalSource): void {
  code.v128.const("i64x2", [1n << 63n, 1n << 63n]);
  code.v128.xor();
}

function compareLanes({ code }: LocalSource, comparison: Comparison, scalar: Scalar): void {
  const shape = shapeOf(scalar);
  if (comparison === "eq" || comparison === "ne") plain(code, `${shape}.${comparison}`);
  else if (isFloatScalar(scalar)) plain(code, `${shape as "f32x4"}.${comparison}`);
  else if (shape === "i64x2") plain(code, `${shape}.${comparison}_s`);
  else plain(code, `${shape as "i32x4"}.${comparison}_${signOf(scalar)}`);
}
