import { isFloatScalar, type RegisterType } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { INTEGER_SHAPES, laneBits, shapeOf } from "../lanes.ts";
import { holdValue, type LocalSource, type Push, pushLocal, type Value, vectorValue } from "../value.ts";

/** One lane of a vector whose parts are held, as a scalar. */
export function extractLane(code: FunctionBuilder, value: Value, lane: number): Push {
  const width = 128 / value.bits;
  const part = value.parts[Math.floor(lane / width)];
  const at = lane % width;
  return () => {
    part();
    if (isFloatScalar(value.scalar)) code[value.scalar === "f32" ? "f32x4" : "f64x2"].extract_lane(at);
    else if (value.bits === 64) code.i64x2.extract_lane(at);
    else if (value.bits === 32) code.i32x4.extract_lane(at);
    else code[INTEGER_SHAPES[value.bits]][SMALL_EXTRACT[value.scalar] ?? "extract_lane_s"](at);
    if (value.scalar === "bool") isNotZero(code, value.bits);
  };
}

const SMALL_EXTRACT: Readonly<Partial<Record<string, "extract_lane_u">>> = {
  u8: "extract_lane_u",
  u16: "extract_lane_u",
};

function isNotZero(code: FunctionBuilder, bits: number): void {
  if (bits === 64) code.i64.eqz();
  else code.i32.eqz();
  code.i32.eqz();
}

/** Puts a scalar into all lanes. */
export function splat(code: FunctionBuilder, scalar: Value["scalar"], value: Push): Push {
  return () => {
    if (scalar === "bool") code.i32.const(0);
    value();
    if (scalar === "bool") code.i32.sub();
    code[shapeOf(scalar)].splat();
  };
}

/** A vector made lane by lane, from what a scalar operation gives for each lane of its operands. */
export function perLane(
  source: LocalSource,
  type: RegisterType,
  operands: readonly Value[],
  apply: (lanes: readonly Push[]) => Push,
): Value {
  const { code } = source;
  const held = operands.map((operand) => holdValue(source, operand));
  const bits = laneBits(type.scalar);
  const width = Math.min(type.lanes, 128 / bits);
  return vectorValue(type, bits, (part) => {
    const local = source.temporary("v128");
    for (let at = 0; at < width; at++) {
      const lane = apply(held.map((operand) => extractLane(code, operand, part * width + at)));
      if (at > 0) code.local.get(local);
      (at > 0 ? lane : splat(code, type.scalar, lane))();
      if (at > 0) replaceLane(code, type, at);
      code.local.set(local);
    }
    return pushLocal(code, local);
  });
}

/** Takes a vector and a scalar that is not a bool. */
function replaceLane(code: FunctionBuilder, { scalar }: RegisterType, lane: number): void {
  code[shapeOf(scalar)].replace_lane(lane);
}
