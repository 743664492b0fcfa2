import type { DType } from "./dtypes.ts";

/**
 * A float of at most 16 bits: its fields, and what its special patterns mean.
 * Sources: IEEE 754 (f16), OCP 8-bit Floating Point and OCP Microscaling Formats (f8e4m3fn, f8e5m2, f6, f4, f8e8m0),
 * ONNX "Float stored in 8 bits" (the fnuz types), bfloat16 = the upper half of an f32.
 */
export interface FloatLayout {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** "ieee": inf and NaN; "fn": NaN only, all ones; "fnuz": NaN is 0x80, no -0; "finite": neither. */
  readonly specials: "ieee" | "fn" | "fnuz" | "finite";
}

/** The layouts of all floats of at most 16 bits but f8e8m0, which has an exponent only. */
export const FLOAT_LAYOUTS: Partial<Readonly<Record<DType, FloatLayout>>> = {
  f16: { exponentBits: 5, mantissaBits: 10, bias: 15, specials: "ieee" },
  bf16: { exponentBits: 8, mantissaBits: 7, bias: 127, specials: "ieee" },
  f8e4m3fn: { exponentBits: 4, mantissaBits: 3, bias: 7, specials: "fn" },
  f8e4m3fnuz: { exponentBits: 4, mantissaBits: 3, bias: 8, specials: "fnuz" },
  f8e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15, specials: "ieee" },
  f8e5m2fnuz: { exponentBits: 5, mantissaBits: 2, bias: 16, specials: "fnuz" },
  f6e2m3: { exponentBits: 2, mantissaBits: 3, bias: 1, specials: "finite" },
  f6e3m2: { exponentBits: 3, mantissaBits: 2, bias: 3, specials: "finite" },
  f4e2m1: { exponentBits: 2, mantissaBits: 1, bias: 1, specials: "finite" },
};

const decodeTables = new Map<DType, Float32Array>();

/** All values of a float dtype of at most 16 bits, by bit pattern. */
export function decodeTable(dtype: DType): Float32Array {
  let table = decodeTables.get(dtype);
  if (table === undefined) {
    table = dtype === "f8e8m0" ? powersOfTwo() : valuesOf(FLOAT_LAYOUTS[dtype]!);
    decodeTables.set(dtype, table);
  }
  return table;
}

function valuesOf(layout: FloatLayout): Float32Array {
  const { exponentBits, mantissaBits, bias, specials } = layout;
  const bits = 1 + exponentBits + mantissaBits;
  const table = new Float32Array(1 << bits);
  const signBit = 1 << (bits - 1);
  const topExponent = (1 << exponentBits) - 1;
  const mantissaScale = 2 ** -mantissaBits;
  for (let pattern = 0; pattern < table.length; pattern++) {
    const magnitude = pattern & (signBit - 1);
    const exponent = magnitude >> mantissaBits;
    const mantissa = magnitude & ((1 << mantissaBits) - 1);
    let value =
      exponent === 0
        ? mantissa * mantissaScale * 2 ** (1 - bias)
        : (1 + mantissa * mantissaScale) * 2 ** (exponent - bias);
    if (specials === "ieee" && exponent === topExponent) value = mantissa === 0 ? Infinity : NaN;
    if (specials === "fn" && magnitude === signBit - 1) value = NaN;
    if (specials === "fnuz" && pattern === signBit) value = NaN;
    table[pattern] = pattern & signBit ? -value : value;
  }
  return table;
}

/** f8e8m0: 2^(pattern - 127), 255 is NaN. */
function powersOfTwo(): Float32Array {
  const table = new Float32Array(256);
  for (let pattern = 0; pattern < 255; pattern++) table[pattern] = 2 ** (pattern - 127);
  table[255] = NaN;
  return table;
}

/** How a value past the largest finite one is stored: at that value, or as infinity / NaN (ONNX Cast `saturate`). */
export type Overflow = "saturate" | "special";

const f64 = new Float64Array(1);
const f64Words = new Uint32Array(f64.buffer);
/** Index of the word of a double that holds sign and exponent: 1 where memory is little-endian. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];

/**
 * The bit pattern nearest to `value` (ties to even) in a float dtype of at most 16 bits but f8e8m0.
 * NaN becomes the type's positive NaN (-0 in f4 and f6, which have none, as ml_dtypes does); -0 becomes 0 where there is none.
 */
export function encodeFloat(value: number, layout: FloatLayout, overflow: Overflow): number {
  const { exponentBits, mantissaBits, bias, specials } = layout;
  const signBit = 1 << (exponentBits + mantissaBits);
  if (Number.isNaN(value)) return nanPattern(layout);
  const sign = value < 0 || Object.is(value, -0) ? signBit : 0;
  const largest = largestPattern(layout);
  const magnitude = Math.abs(value);
  let pattern = largest + 1;
  if (magnitude !== Infinity) {
    const exponent = Math.max(exponentOf(magnitude), 1 - bias);
    const steps = roundHalfEven(magnitude * powerOfTwo(mantissaBits - exponent));
    // steps counts units of the last place; carrying into the exponent is what the addition does
    pattern = steps + (exponent - (1 - bias)) * (1 << mantissaBits);
  }
  if (pattern > largest) {
    if (overflow === "saturate" || specials === "finite") pattern = largest;
    else if (specials === "ieee") pattern = largest + 1;
    else return specials === "fnuz" ? signBit : sign | nanPattern(layout);
  }
  return pattern === 0 && specials === "fnuz" ? 0 : sign | pattern;
}

function nanPattern({ exponentBits, mantissaBits, specials }: FloatLayout): number {
  const signBit = 1 << (exponentBits + mantissaBits);
  if (specials === "ieee") return (((1 << exponentBits) - 1) << mantissaBits) | (1 << (mantissaBits - 1));
  return specials === "fn" ? signBit - 1 : signBit;
}

/** The pattern of the largest finite value. */
function largestPattern({ exponentBits, mantissaBits, specials }: FloatLayout): number {
  if (specials === "ieee") return (((1 << exponentBits) - 1) << mantissaBits) - 1;
  return (1 << (exponentBits + mantissaBits)) - (specials === "fn" ? 2 : 1);
}

/** floor(log2(x)) of a positive finite double; -1023 for zero and for subnormal doubles. */
export function exponentOf(x: number): number {
  f64[0] = x;
  return ((f64Words[HIGH] >>> 20) & 0x7ff) - 1023;
}

/** 2^exponent for -1022..1023; Math.pow is many times slower. */
function powerOfTwo(exponent: number): number {
  f64Words[HIGH] = (exponent + 1023) << 20;
  f64Words[1 - HIGH] = 0;
  return f64[0];
}

/** From here on every double is an integer; added to a smaller one, it leaves no room for a fraction. */
const INTEGERS_FROM = 2 ** 52;

/** The nearest integer, ties to even; what rounds to zero keeps its sign. */
export function roundHalfEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < INTEGERS_FROM)) return x;
  const rounded = magnitude + INTEGERS_FROM - INTEGERS_FROM;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

const f32 = new Float32Array(1);
const f32Bits = new Uint32Array(f32.buffer);

/**
 * The bits of a number as an f32 rounded to odd: inexact values get a last bit of 1,
 * so that rounding them again to at most 22 bits gives what rounding the double once would give.
 */
function bitsRoundedToOdd(value: number): number {
  f32[0] = value;
  const rounded = f32[0];
  if (rounded === value) return f32Bits[0];
  const away = Math.abs(rounded) > Math.abs(value) ? 1 : 0;
  return (f32Bits[0] - away) | 1;
}

/** The f16 bit pattern nearest to `value`, overflow to infinity. */
export function encodeF16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const bits = bitsRoundedToOdd(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(value) * 16777216);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** The bf16 bit pattern nearest to `value`, overflow to infinity. */
export function encodeBf16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const bits = bitsRoundedToOdd(value);
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** To which power of two a value between two is stored as f8e8m0. */
export type E8m0Rounding = "up" | "down" | "nearest";

/**
 * The f8e8m0 pattern of a number, whose sign is dropped; `rounding` as ONNX Cast-24 names it ("nearest": ties up).
 * What is too small (0 too) or, rounded, too large is stored as the smallest or largest power of two, or as NaN. NaN stays NaN.
 */
export function encodeE8m0(value: number, rounding: E8m0Rounding, overflow: Overflow): number {
  const magnitude = Math.abs(value);
  if (Number.isNaN(magnitude)) return 255;
  if (magnitude === Infinity) return overflow === "saturate" ? 254 : 255;
  if (magnitude < 2 ** -127) return overflow === "saturate" ? 0 : 255;
  let exponent = exponentOf(magnitude);
  const mantissa = magnitude * powerOfTwo(-exponent);
  if (rounding === "up" && mantissa > 1) exponent++;
  if (rounding === "nearest" && mantissa >= 1.5) exponent++;
  if (exponent > 127) return overflow === "saturate" ? 254 : 255;
  return exponent + 127;
}
