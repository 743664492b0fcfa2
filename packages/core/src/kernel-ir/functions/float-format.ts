import { typeOf } from "../type-of.ts";
import type { Expression } from "../types.ts";
import { add, and, bits, or, shl, xor } from "./operations.ts";

/** The scalars that the functions are written for. */
export type FloatScalar = "f32" | "f64";

/** How a float lies in its bits (IEEE 754 binary32 and binary64). */
export interface FloatFormat {
  /** The unsigned integer of its width. */
  readonly word: "u32" | "u64";
  /** Bits of the fraction: the exponent begins above them. */
  readonly fractionBits: number;
  readonly bias: number;
  readonly signBit: bigint;
  /** Added to a whole number below half of 2^fractionBits, it leaves that number in the low bits. */
  readonly shifter: number;
  readonly shifterBits: bigint;
  /** The bits of 1. */
  readonly oneBits: bigint;
  /** The smallest number that is not subnormal. */
  readonly leastNormal: number;
}

const FORMATS: Readonly<Record<FloatScalar, FloatFormat>> = {
  f32: {
    word: "u32",
    fractionBits: 23,
    bias: 127,
    signBit: 1n << 31n,
    shifter: 1.5 * 2 ** 23,
    shifterBits: 0x4b40_0000n,
    oneBits: 0x3f80_0000n,
    leastNormal: 2 ** -126,
  },
  f64: {
    word: "u64",
    fractionBits: 52,
    bias: 1023,
    signBit: 1n << 63n,
    shifter: 1.5 * 2 ** 52,
    shifterBits: 0x4338_0000_0000_0000n,
    oneBits: 0x3ff0_0000_0000_0000n,
    leastNormal: 2 ** -1022,
  },
};

/** Whether an expression is f32 or f64. Throws a TypeError where it is neither. */
export function floatScalarOf(x: Expression): FloatScalar {
  const { scalar } = typeOf(x);
  if (scalar !== "f32" && scalar !== "f64") throw new TypeError(`The functions are of f32 and f64, not of ${scalar}`);
  return scalar;
}

/** The format of an f32 or f64 expression. */
export const formatOf = (x: Expression): FloatFormat => FORMATS[floatScalarOf(x)];

/** 2^k for a whole float k from 1 - bias to bias; bits without a meaning for others, NaN among them. */
export function powerOfTwo(k: Expression): Expression {
  const { word, fractionBits, bias, shifter } = formatOf(k);
  return bits(floatScalarOf(k), shl(bits(word, add(k, shifter + bias)), fractionBits));
}

/** The magnitude of a value that is not negative, with the sign of another. */
export function withSign(magnitude: Expression, sign: Expression): Expression {
  const { word, signBit } = formatOf(sign);
  return bits(floatScalarOf(sign), or(bits(word, magnitude), and(bits(word, sign), signBit)));
}

/** A value with its sign changed where that of another is set. */
export function flipped(value: Expression, sign: Expression): Expression {
  const { word, signBit } = formatOf(sign);
  return bits(floatScalarOf(sign), xor(bits(word, value), and(bits(word, sign), signBit)));
}

/** The first 26 digits of an f64; what it lacks has 27, so products of such parts are exact. */
export const upperDigits = (x: Expression): Expression =>
  bits("f64", and(bits("u64", x), ~((1n << 27n) - 1n) & ((1n << 64n) - 1n)));
