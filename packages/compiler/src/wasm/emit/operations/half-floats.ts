import { hold, type LocalSource, type Push } from "../value.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";

/** A number in four lanes of 32 bits. */
const words = (code: FunctionBuilder, value: number): void =>
  code.v128.const("i32x4", new Array<number>(4).fill(value | 0));

function shifted(code: FunctionBuilder, operand: Push, name: "shl" | "shr_u", by: number): void {
  operand();
  code.i32.const(by);
  code.i32x4[name]();
}

/** Four f16 in the low bits of words, as f32: exponent and fraction in their places, times 2^112, which is exact. IEEE 754, section 3.6. */
export function decodeF16(source: LocalSource, part: Push): Push {
  const { code } = source;
  const bits = hold(source, "v128", part);
  const magnitude = hold(source, "v128", () => {
    bits();
    words(code, 0x7fff);
    code.v128.and();
    code.i32.const(13);
    code.i32x4.shl();
  });
  return () => {
    magnitude();
    words(code, (127 + 112) << 23);
    code.f32x4.mul();
    magnitude();
    words(code, 0x1f << 23);
    code.i32x4.ge_u();
    words(code, 0xff << 23);
    code.v128.and();
    code.v128.or();
    bits();
    words(code, 0x8000);
    code.v128.and();
    code.i32.const(16);
    code.i32x4.shl();
    code.v128.or();
  };
}

/** Four bf16 in the low bits of words, as f32: their upper halves. */
export function decodeBf16({ code }: LocalSource, part: Push): Push {
  return () => shifted(code, part, "shl", 16);
}

/** 2^-14 and 2^16 in f32: below and from there on, f16 has no exponent of its own. */
const LEAST_NORMAL = 0x3880_0000;
const PAST_F16 = 0x4780_0000;
/** 0.5: what is added to it is rounded to multiples of 2^-24, the least number of f16. */
const HALF = 0x3f00_0000;

/** Four f32, rounded to nearest even, as f16 in the low bits of words. */
export function encodeF16(source: LocalSource, part: Push): Push {
  const { code } = source;
  const bits = hold(source, "v128", part);
  const magnitude = hold(source, "v128", () => {
    bits();
    words(code, 0x7fff_ffff);
    code.v128.and();
  });
  return () => {
    small(code, magnitude);
    normal(code, magnitude);
    magnitude();
    words(code, LEAST_NORMAL);
    code.i32x4.lt_u();
    code.v128.bitselect();
    special(code, magnitude);
    magnitude();
    words(code, PAST_F16);
    code.i32x4.lt_u();
    code.v128.bitselect();
    shifted(code, bits, "shr_u", 16);
    words(code, 0x8000);
    code.v128.and();
    code.v128.or();
  };
}

function small(code: FunctionBuilder, magnitude: Push): void {
  magnitude();
  words(code, HALF);
  code.f32x4.add();
  words(code, HALF);
  code.i32x4.sub();
}

/** The exponent is moved by 112, half of what is lost added, and the rest cut off. */
function normal(code: FunctionBuilder, magnitude: Push): void {
  magnitude();
  words(code, 0xfff - (112 << 23));
  code.i32x4.add();
  shifted(code, magnitude, "shr_u", 13);
  words(code, 1);
  code.v128.and();
  code.i32x4.add();
  code.i32.const(13);
  code.i32x4.shr_u();
}

/** Infinity, or NaN. */
function special(code: FunctionBuilder, magnitude: Push): void {
  words(code, 0x7e00);
  words(code, 0x7c00);
  magnitude();
  words(code, 0x7f80_0000);
  code.i32x4.gt_u();
  code.v128.bitselect();
}

/** Four f32, rounded to nearest even, as bf16 in the low bits of words. */
export function encodeBf16(source: LocalSource, part: Push): Push {
  const { code } = source;
  const bits = hold(source, "v128", part);
  return () => {
    words(code, 0x7fc0);
    bits();
    words(code, 0x7fff);
    code.i32x4.add();
    shifted(code, bits, "shr_u", 16);
    words(code, 1);
    code.v128.and();
    code.i32x4.add();
    code.i32.const(16);
    code.i32x4.shr_u();
    bits();
    bits();
    code.f32x4.ne();
    code.v128.bitselect();
  };
}
