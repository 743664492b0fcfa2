import { MAX_LANES } from "./limits.ts";
import { isFloatScalar, SCALARS } from "./scalars.ts";
import type { Scalar } from "./types.ts";

/** A value of a scalar: a bigint for i64 and u64, a boolean for bool, else a number. */
export type ScalarValue = number | bigint | boolean;

/** Whether values of a scalar are bigints. */
export const isWideScalar = (scalar: Scalar): boolean => scalar === "i64" || scalar === "u64";

/** The value of a scalar's type that a result of its arithmetic stands for: floats rounded, integers wrapped. */
export function wrap(scalar: Scalar, value: number | bigint): ScalarValue {
  if (typeof value === "bigint") return wrapBig(scalar, value);
  if (scalar === "f32") return Math.fround(value);
  if (scalar === "f64") return value;
  return scalar === "index" ? value + 0 : wrapSmall(scalar, value);
}

function wrapSmall(scalar: Scalar, value: number): number {
  const { kind, bits } = SCALARS[scalar];
  if (kind === "signed") return (value << (32 - bits)) >> (32 - bits);
  return (value << (32 - bits)) >>> (32 - bits);
}

function wrapBig(scalar: Scalar, value: bigint): ScalarValue {
  const { kind, bits } = SCALARS[scalar];
  if (kind === "index") return Number(BigInt.asIntN(64, value));
  const wrapped = kind === "signed" ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  return bits === 64 ? wrapped : Number(wrapped);
}

/** 0 of a scalar's type. */
export function zeroOf(scalar: Scalar): ScalarValue {
  if (scalar === "bool") return false;
  return isWideScalar(scalar) ? 0n : 0;
}

/** The value that a cast gives. */
export function castValue(from: Scalar, to: Scalar, value: ScalarValue): ScalarValue {
  if (to === "bool") return typeof value === "boolean" ? value : Number.isNaN(value) || Number(value) !== 0;
  if (typeof value === "boolean") return wrap(to, isWideScalar(to) ? BigInt(value) : Number(value));
  if (isFloatScalar(to)) return castToFloat(to, value);
  if (isFloatScalar(from)) return saturate(to, Number(value));
  return wrap(to, typeof value === "bigint" || isWideScalar(to) ? BigInt(value) : value);
}

/** 64-bit integers past 2^53 are rounded to nearest even once, also on the way to f32. */
function castToFloat(to: Scalar, value: number | bigint): number {
  if (to === "f64" || typeof value === "number") return to === "f64" ? Number(value) : Math.fround(value as number);
  return Math.fround(Number(toOdd(value)));
}

/** A 64-bit integer with at most 53 significant bits whose last bit says whether any were lost. */
function toOdd(value: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const shift = BigInt(Math.max(magnitude.toString(2).length - 53, 0));
  const kept = magnitude >> shift;
  const odd = kept << shift === magnitude ? kept : kept | 1n;
  return value < 0n ? -(odd << shift) : odd << shift;
}

/** A float as an integer: towards 0, at the ends of the type where it is past them, 0 for NaN; index as i32. */
function saturate(to: Scalar, value: number): ScalarValue {
  const { kind, bits } = SCALARS[to === "index" ? "i32" : to];
  const least = kind === "signed" ? -(2n ** BigInt(bits - 1)) : 0n;
  const most = least + 2n ** BigInt(bits) - 1n;
  const result = Number.isNaN(value) ? 0n : clamp(value, least, most);
  return isWideScalar(to) ? result : Number(result);
}

function clamp(value: number, least: bigint, most: bigint): bigint {
  if (value <= Number(least)) return least;
  return value >= Number(most) ? most : BigInt(Math.trunc(value));
}

/** Room for as many lanes as a register may have. */
const words = new DataView(new ArrayBuffer(MAX_LANES * 8));

type WordAccess = {
  readonly read: (at: number) => ScalarValue;
  readonly write: (at: number, value: never) => void;
};

/** How each scalar of a fixed width lies in memory: its lowest bits first. */
const WORDS = {
  i8: { read: (at) => words.getInt8(at), write: (at, value: number) => words.setInt8(at, value) },
  u8: { read: (at) => words.getUint8(at), write: (at, value: number) => words.setUint8(at, value) },
  i16: { read: (at) => words.getInt16(at, true), write: (at, value: number) => words.setInt16(at, value, true) },
  u16: { read: (at) => words.getUint16(at, true), write: (at, value: number) => words.setUint16(at, value, true) },
  i32: { read: (at) => words.getInt32(at, true), write: (at, value: number) => words.setInt32(at, value, true) },
  u32: { read: (at) => words.getUint32(at, true), write: (at, value: number) => words.setUint32(at, value, true) },
  i64: { read: (at) => words.getBigInt64(at, true), write: (at, value: bigint) => words.setBigInt64(at, value, true) },
  u64: {
    read: (at) => words.getBigUint64(at, true),
    write: (at, value: bigint) => words.setBigUint64(at, value, true),
  },
  f32: { read: (at) => words.getFloat32(at, true), write: (at, value: number) => words.setFloat32(at, value, true) },
  f64: { read: (at) => words.getFloat64(at, true), write: (at, value: number) => words.setFloat64(at, value, true) },
} satisfies Record<Exclude<Scalar, "bool" | "index">, WordAccess>;

/** The bits of lanes as lanes of another scalar, as many as they are bits for. */
export function bitsOfLanes(from: Scalar, to: Scalar, lanes: readonly ScalarValue[]): readonly ScalarValue[] {
  if (from === "bool" || from === "index" || to === "bool" || to === "index") return lanes;
  const [width, wanted] = [SCALARS[from].bits / 8, SCALARS[to].bits / 8];
  const write = WORDS[from].write as (at: number, value: ScalarValue) => void;
  lanes.forEach((lane, i) => write(i * width, lane));
  return Array.from({ length: (lanes.length * width) / wanted }, (_, i) => WORDS[to].read(i * wanted));
}

/** The same bits as another scalar of that width. */
export const bitsValue = (from: Scalar, to: Scalar, value: ScalarValue): ScalarValue =>
  bitsOfLanes(from, to, [value])[0];
