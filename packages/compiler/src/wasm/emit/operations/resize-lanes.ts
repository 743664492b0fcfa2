import { plain } from "../instruction.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { type LaneBits, partCount } from "../lanes.ts";
import { hold, type LocalSource, type Push, type Value } from "../value.ts";

/** Bytes of two vectors, as shuffles take them. */
const bytes = (count: number, byteAt: (i: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, i) => byteAt(i));

const HIGH_HALF = bytes(16, (i) => 8 + (i % 8));
const LOW_HALVES = bytes(16, (i) => (i < 8 ? i : 8 + i));

/** The second half of a vector, in both halves. */
export function highHalf(code: FunctionBuilder, held: Push): Push {
  return () => {
    held();
    held();
    code.i8x16.shuffle(HIGH_HALF);
  };
}

/** The first halves of two vectors. */
export function joinHalves(code: FunctionBuilder, low: Push, high: Push): Push {
  return () => {
    low();
    high();
    code.i8x16.shuffle(LOW_HALVES);
  };
}

/** Integers, or masks, in lanes of other bits: extended by sign or zeros, or cut. */
export function resizeLanes(source: LocalSource, value: Value, bits: LaneBits, sign: "s" | "u"): readonly Push[] {
  let { parts } = value;
  let now = value.bits;
  while (now < bits) {
    parts = widened(source, parts, value.lanes, now as 8 | 16 | 32, sign);
    now = (now * 2) as LaneBits;
  }
  while (now > bits) {
    now = (now / 2) as LaneBits;
    parts = narrowed(source, parts, value.lanes, now);
  }
  return parts;
}

function widened(
  source: LocalSource,
  parts: readonly Push[],
  lanes: number,
  from: 8 | 16 | 32,
  sign: "s" | "u",
): readonly Push[] {
  const count = partCount(lanes, (from * 2) as LaneBits);
  return Array.from({ length: Math.ceil(count / 2) }, (_, i) => i).flatMap((i) => {
    const held = count > 1 ? hold(source, "v128", parts[i]) : parts[i];
    const half =
      (which: "low" | "high"): Push =>
      () => {
        held();
        plain(source.code, EXTENSIONS[from][which][sign]);
      };
    return count > 1 ? [half("low"), half("high")] : [half("low")];
  });
}

const EXTENSIONS = {
  8: {
    low: { s: "i16x8.extend_low_i8x16_s", u: "i16x8.extend_low_i8x16_u" },
    high: { s: "i16x8.extend_high_i8x16_s", u: "i16x8.extend_high_i8x16_u" },
  },
  16: {
    low: { s: "i32x4.extend_low_i16x8_s", u: "i32x4.extend_low_i16x8_u" },
    high: { s: "i32x4.extend_high_i16x8_s", u: "i32x4.extend_high_i16x8_u" },
  },
  32: {
    low: { s: "i64x2.extend_low_i32x4_s", u: "i64x2.extend_low_i32x4_u" },
    high: { s: "i64x2.extend_high_i32x4_s", u: "i64x2.extend_high_i32x4_u" },
  },
} as const;

/** The low halves of all lanes, in lanes of `to` bits. */
function narrowed(source: LocalSource, parts: readonly Push[], lanes: number, to: LaneBits): readonly Push[] {
  const size = to / 8;
  const evens = bytes(16, (i) => Math.floor(i / size) * size * 2 + (i % size));
  return Array.from({ length: partCount(lanes, to) }, (_, i) => {
    const low = parts.length > 1 ? parts[2 * i] : hold(source, "v128", parts[0]);
    const high = parts.length > 1 ? parts[2 * i + 1] : low;
    return () => {
      low();
      high();
      source.code.i8x16.shuffle(evens);
    };
  });
}

/** A mask with lanes of other bits. */
export function maskOf(source: LocalSource, mask: Value, bits: LaneBits): Value {
  return { ...mask, bits, parts: resizeLanes(source, mask, bits, "s") };
}
