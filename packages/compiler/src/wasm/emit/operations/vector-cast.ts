import { isFloatScalar, type Scalar } from "@hodu/core/kernel-ir";
import { type PlainInstruction, plain } from "../instruction.ts";
import { type LaneBits, laneBits, partCount, signOf } from "../lanes.ts";
import { hold, type LocalSource, type Push, type Value } from "../value.ts";
import { perLane } from "./lane-access.ts";
import { highHalf, joinHalves, maskOf, resizeLanes } from "./resize-lanes.ts";
import { scalarCast } from "./scalar-cast.ts";
import { vectorCompare } from "./vector-compare.ts";

/** A vector as one of another scalar, by value. */
export function vectorCast(source: LocalSource, to: Scalar, value: Value): Value {
  const from = value.scalar;
  if (from === to) return value;
  if (to === "bool") return vectorCompare(source, "ne", value, zeroOf(source, value));
  if (from === "bool") return numbersOf(source, to, value);
  const known = isFloatScalar(from) ? fromFloat(source, to, value) : fromInteger(source, to, value);
  return (
    known ??
    perLane(source, { scalar: to, lanes: value.lanes }, [value], ([lane]) => scalarCast(source, from, to, lane))
  );
}

function zeroOf({ code }: LocalSource, value: Value): Value {
  const zero = (): void => code.v128.const("i64x2", [0n, 0n]);
  return { ...value, parts: value.parts.map(() => zero) };
}

/** 1 where the mask is true. */
function numbersOf(source: LocalSource, to: Scalar, mask: Value): Value {
  const { code } = source;
  const bits = laneBits(to);
  const { parts } = maskOf(source, mask, bits);
  const one = new Array<bigint>(2).fill(isFloatScalar(to) ? FLOAT_ONES[bits as 32 | 64] : ONES[bits]);
  const numbers = parts.map((part) => () => {
    part();
    code.v128.const("i64x2", one);
    code.v128.and();
  });
  return { scalar: to, lanes: mask.lanes, bits, parts: numbers };
}

/** 64 bits with a 1 in every lane. */
const ONES: Readonly<Record<LaneBits, bigint>> = {
  8: 0x0101_0101_0101_0101n,
  16: 0x0001_0001_0001_0001n,
  32: 0x0000_0001_0000_0001n,
  64: 1n,
};

const FLOAT_ONES = { 32: 0x3f80_0000_3f80_0000n, 64: 0x3ff0_0000_0000_0000n } as const;

function fromInteger(source: LocalSource, to: Scalar, value: Value): Value | undefined {
  const { scalar: from, lanes } = value;
  const bits = laneBits(to);
  if (!isFloatScalar(to)) return { scalar: to, lanes, bits, parts: resizeLanes(source, value, bits, signOf(from)) };
  if (value.bits === 64) return undefined;
  const words = resizeLanes(source, value, 32, signOf(from));
  const sign = value.bits === 32 ? signOf(from) : "s";
  const parts =
    to === "f32"
      ? words.map((part) => apply(source, part, `f32x4.convert_i32x4_${sign}`))
      : widenEach(source, words, lanes, `f64x2.convert_low_i32x4_${sign}`);
  return { scalar: to, lanes, bits, parts };
}

function fromFloat(source: LocalSource, to: Scalar, value: Value): Value | undefined {
  const { scalar: from, lanes } = value;
  const bits = laneBits(to);
  if (to === "f64")
    return { scalar: to, lanes, bits, parts: widenEach(source, value.parts, lanes, "f64x2.promote_low_f32x4") };
  if (to === "f32") return { scalar: to, lanes, bits, parts: joinEach(source, value.parts, "f32x4.demote_f64x2_zero") };
  if (bits === 64) return undefined;
  const sign = bits === 32 ? signOf(to) : "s";
  const words =
    from === "f32"
      ? value.parts.map((part) => apply(source, part, `i32x4.trunc_sat_f32x4_${sign}`))
      : joinEach(source, value.parts, `i32x4.trunc_sat_f64x2_${sign}_zero`);
  return { scalar: to, lanes, bits, parts: saturated(source, words, bits, signOf(to)) };
}

const apply =
  (source: LocalSource, part: Push, name: PlainInstruction): Push =>
  () => {
    part();
    plain(source.code, name);
  };

/** For each half of each register one of its own. */
function widenEach(
  source: LocalSource,
  parts: readonly Push[],
  lanes: number,
  name: PlainInstruction,
): readonly Push[] {
  if (partCount(lanes, 64) === 1) return [apply(source, parts[0], name)];
  return parts.flatMap((part) => {
    const held = hold(source, "v128", part);
    return [apply(source, held, name), apply(source, highHalf(source.code, held), name)];
  });
}

/** One register for the halves that two give. */
function joinEach(source: LocalSource, parts: readonly Push[], name: PlainInstruction): readonly Push[] {
  const halves = parts.map((part) => apply(source, part, name));
  if (halves.length === 1) return halves;
  return Array.from({ length: halves.length / 2 }, (_, i) => joinHalves(source.code, halves[2 * i], halves[2 * i + 1]));
}

/** Signed words as smaller integers, at the ends of their range where they are past them. */
function saturated(source: LocalSource, words: readonly Push[], bits: LaneBits, sign: "s" | "u"): readonly Push[] {
  if (bits === 32) return words;
  if (bits === 16) return narrowEach(source, words, `i16x8.narrow_i32x4_${sign}`);
  return narrowEach(source, narrowEach(source, words, "i16x8.narrow_i32x4_s"), `i8x16.narrow_i16x8_${sign}`);
}

function narrowEach(source: LocalSource, parts: readonly Push[], name: PlainInstruction): readonly Push[] {
  return Array.from({ length: Math.ceil(parts.length / 2) }, (_, i) => {
    const low = parts.length > 1 ? parts[2 * i] : hold(source, "v128", parts[0]);
    return () => {
      low();
      (parts[2 * i + 1] ?? low)();
      plain(source.code, name);
    };
  });
}
