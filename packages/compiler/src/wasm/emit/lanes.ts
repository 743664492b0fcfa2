import { isFloatScalar, type Memory, type Scalar, SCALARS } from "@hodu/core/kernel-ir";
import type { LaneShape } from "../assembler/instructions/row.ts";
import type { ValueType } from "../assembler/types.ts";

/** Bits of a lane. */
export type LaneBits = 8 | 16 | 32 | 64;

/** A vector of integers, by the bits of a lane. */
export const INTEGER_SHAPES = { 8: "i8x16", 16: "i16x8", 32: "i32x4", 64: "i64x2" } as const satisfies Readonly<
  Record<LaneBits, LaneShape>
>;

/** Bits of a scalar in a vector; a bool is as wide as what was compared, 32 where nothing was. */
export function laneBits(scalar: Scalar): LaneBits {
  return (SCALARS[scalar].bits || 32) as LaneBits;
}

/** How a vector of a scalar is divided. */
export function shapeOf(scalar: Scalar): LaneShape {
  if (isFloatScalar(scalar)) return scalar === "f32" ? "f32x4" : "f64x2";
  return INTEGER_SHAPES[laneBits(scalar)];
}

/** Registers of 128 bits for so many lanes. */
export const partCount = (lanes: number, bits: LaneBits): number => Math.max(1, (lanes * bits) / 128);

/** The type of an operand that holds one scalar; smaller integers are extended by their sign or zeros. */
export function operandType(scalar: Scalar): Exclude<ValueType, "v128"> {
  if (scalar === "f32" || scalar === "f64") return scalar;
  return scalar === "i64" || scalar === "u64" ? "i64" : "i32";
}

/** Whether numbers of a scalar have a sign; indices are compared and cast with one. */
export const isSigned = (scalar: Scalar): boolean =>
  SCALARS[scalar].kind === "signed" || SCALARS[scalar].kind === "index";

/** How the instructions for numbers with and without a sign end. */
export const signOf = (scalar: Scalar): "s" | "u" => (isSigned(scalar) ? "s" : "u");

/** Bits of an element in memory. */
export const MEMORY_BITS = {
  bool: 8,
  i8: 8,
  u8: 8,
  i16: 16,
  u16: 16,
  f16: 16,
  bf16: 16,
  i32: 32,
  u32: 32,
  f32: 32,
  i64: 64,
  u64: 64,
  f64: 64,
} as const satisfies Readonly<Record<Memory, LaneBits>>;
