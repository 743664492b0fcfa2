import type { RegisterType, Scalar } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { Local } from "../assembler/local-pool.ts";
import type { ValueType } from "../assembler/types.ts";
import { type LaneBits, laneBits, operandType, partCount } from "./lanes.ts";

/** Assembles what puts one operand on the stack. Each call does it again: what is used twice is held in a local first. */
export type Push = () => void;

/**
 * A value of the IR in WebAssembly: one operand for a scalar; else vectors whose lanes of `bits` bits lie in order, where one that is not
 * full has its lanes first and anything behind them. A bool is 0 or 1, in vectors 0 or all ones.
 */
export interface Value extends RegisterType {
  readonly bits: LaneBits;
  readonly parts: readonly Push[];
}

/** Gives out the locals of a function. */
export interface LocalSource {
  readonly code: FunctionBuilder;
  /** A local until the statement ends. */
  temporary(type: ValueType): Local;
}

const held = new WeakSet<Push>();

/** Puts a local on the stack. */
export function pushLocal(code: FunctionBuilder, local: Local): Push {
  const push = (): void => code.local.get(local);
  held.add(push);
  return push;
}

/** Marks what costs no more than a local. */
export function cheap(push: Push): Push {
  held.add(push);
  return push;
}

/** Computes an operand now, so that it can be used more than once. */
export function hold(source: LocalSource, type: ValueType, push: Push): Push {
  if (held.has(push)) return push;
  const local = source.temporary(type);
  push();
  source.code.local.set(local);
  return pushLocal(source.code, local);
}

/** The type of the operands of a value. */
export const partType = ({ scalar, lanes }: RegisterType): ValueType => (lanes === 1 ? operandType(scalar) : "v128");

/** A value whose parts are all held. */
export function holdValue(source: LocalSource, value: Value): Value {
  const type = partType(value);
  return { ...value, parts: value.parts.map((part) => hold(source, type, part)) };
}

/** A value of one lane. */
export const scalarValue = (scalar: Scalar, push: Push): Value => ({
  scalar,
  lanes: 1,
  bits: laneBits(scalar),
  parts: [push],
});

/** A vector whose parts are made one by one. */
export function vectorValue(type: RegisterType, bits: LaneBits, part: (i: number) => Push): Value {
  const parts = Array.from({ length: partCount(type.lanes, bits) }, (_, i) => part(i));
  return { scalar: type.scalar, lanes: type.lanes, bits, parts };
}
