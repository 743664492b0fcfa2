import type { CScalar } from "./c-type.ts";

type Write = (value: number | bigint) => string;

const integer: Write = (value) => (value < 0 ? `(${value})` : `${value}`);
const unsigned: Write = (value) => `${value}u`;
const wide: Write = (value) => {
  if (value === -(2n ** 63n)) return `(-${2n ** 63n - 1n}ll - 1)`;
  return value > -(2n ** 31n) && value < 2n ** 31n ? integer(value) : `(${value}ll)`;
};

const WRITERS: Readonly<Record<Exclude<CScalar, "bool">, Write>> = {
  i8: integer,
  u8: unsigned,
  i16: integer,
  u16: unsigned,
  i32: (value) => (Number(value) === -(2 ** 31) ? "(-2147483647 - 1)" : integer(value)),
  u32: unsigned,
  i64: (value) => wide(BigInt(value)),
  u64: (value) => `${value}ull`,
  f32: (value) => float(Number(value), "f"),
  f64: (value) => float(Number(value), ""),
};

/** A constant as C text that stands in any place of an expression. Floats are the shortest decimal that reads back as them. */
export function literal(scalar: CScalar, value: number | bigint | boolean): string {
  if (scalar === "bool" || typeof value === "boolean") return value === true ? "1" : "0";
  return WRITERS[scalar](value);
}

function float(value: number, suffix: "f" | ""): string {
  if (Number.isNaN(value)) return `__builtin_nan${suffix}("")`;
  const magnitude = Math.abs(value);
  const text = magnitude === Infinity ? `__builtin_inf${suffix}()` : `${decimal(magnitude)}${suffix}`;
  return value < 0 || Object.is(value, -0) ? `(-${text})` : text;
}

function decimal(magnitude: number): string {
  const text = String(magnitude);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
