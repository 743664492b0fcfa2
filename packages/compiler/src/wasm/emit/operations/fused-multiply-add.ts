import { plain } from "../instruction.ts";
import { unsupported } from "../unsupported.ts";
import type { WasmTarget } from "../target.ts";
import { hold, holdValue, type LocalSource, type Push, scalarValue, type Value } from "../value.ts";
import { partBinary } from "./vector-binary.ts";
import { scalarBinary } from "./scalar-binary.ts";
import { extractLane, splat } from "./lane-access.ts";
import { highHalf, joinHalves } from "./resize-lanes.ts";

/** a * b + c: rounded twice, or once where relaxed vectors do that; exactly once if `exact`. Throws UNSUPPORTED for exact ones of f64. */
export function multiplyAdd(
  source: LocalSource,
  target: WasmTarget,
  exact: boolean,
  [a, b, c]: readonly Value[],
): Value {
  const { code } = source;
  if (exact) return exactly(source, target, a, b, c);
  if (a.lanes === 1) {
    const product = scalarBinary(source, "mul", a.scalar, a.parts[0], b.parts[0]);
    return scalarValue(a.scalar, scalarBinary(source, "add", a.scalar, product, c.parts[0]));
  }
  const isRelaxed = target.features.includes("relaxed-simd");
  const parts = a.parts.map((part, i) => {
    if (!isRelaxed) return partBinary(source, "add", a, partBinary(source, "mul", a, part, b.parts[i]), c.parts[i]);
    return () => {
      for (const operand of [part, b.parts[i], c.parts[i]]) operand();
      plain(code, `${a.scalar === "f32" ? "f32x4" : "f64x2"}.relaxed_madd`);
    };
  });
  return { ...a, parts };
}

function exactly(source: LocalSource, target: WasmTarget, a: Value, b: Value, c: Value): Value {
  if (!target.exactFma.some((scalar) => scalar === a.scalar))
    throw unsupported(`an exact a * b + c of ${a.scalar}, expected one of ${target.exactFma.join(", ")}`);
  if (a.lanes > 1) return { ...a, parts: a.parts.map((part, i) => quarter(source, part, b.parts[i], c.parts[i])) };
  const [x, y, z] = [a, b, c].map((operand) => splat(source.code, "f32", operand.parts[0]));
  const vector: Value = { scalar: "f32", lanes: 4, bits: 32, parts: [quarter(source, x, y, z)] };
  return scalarValue("f32", extractLane(source.code, holdValue(source, vector), 0));
}

/** Four lanes of f32. */
function quarter(source: LocalSource, a: Push, b: Push, c: Push): Push {
  const { code } = source;
  const operands = [a, b, c].map((operand) => hold(source, "v128", operand));
  const half = (of: (operand: Push) => Push): Push => {
    const [x, y, z] = operands.map((operand) => () => {
      of(operand)();
      code.f64x2.promote_low_f32x4();
    });
    const sum = roundedToOdd(source, x, y, z);
    return () => {
      sum();
      code.f32x4.demote_f64x2_zero();
    };
  };
  return joinHalves(
    code,
    half((operand) => operand),
    half((operand) => highHalf(code, operand)),
  );
}

/**
 * The exact product of two f32, and f32, in double, rounded to odd: rounding it again to f32 is right (Boldo and Melquiond, "Emulation of a
 * FMA and correctly rounded sums", 2008). The error of the sum is Knuth's; it is NaN where the sum is not finite.
 */
function roundedToOdd(source: LocalSource, a: Push, b: Push, c: Push): Push {
  const { code } = source;
  const of = (operation: "add" | "mul" | "sub", left: Push, right: Push): Push =>
    partBinary(source, operation, { scalar: "f64" }, left, right);
  const held = (push: Push): Push => hold(source, "v128", push);
  const added = held(c);
  const product = held(of("mul", a, b));
  const sum = held(of("add", product, added));
  const part = held(of("sub", sum, product));
  const error = held(of("add", of("sub", product, of("sub", sum, part)), of("sub", added, part)));
  const odd = held(() => nextOdd(source, sum, error));
  return () => {
    odd();
    sum();
    isInexactAndEven(source, sum, error);
    code.v128.bitselect();
  };
}

const zero = ({ code }: LocalSource): void => code.v128.const("f64x2", [0, 0]);

/** The double after the sum on the side of the error: one more bit away from 0 where both have one sign, else one less. */
function nextOdd(source: LocalSource, sum: Push, error: Push): void {
  const { code } = source;
  sum();
  for (const operand of [error, sum]) {
    operand();
    zero(source);
    code.f64x2.gt();
  }
  code.v128.xor();
  code.v128.const("i64x2", [1n, 1n]);
  code.v128.or();
  code.i64x2.add();
}

function isInexactAndEven(source: LocalSource, sum: Push, error: Push): void {
  const { code } = source;
  for (const name of ["lt", "gt"] as const) {
    error();
    zero(source);
    code.f64x2[name]();
  }
  code.v128.or();
  sum();
  code.v128.const("i64x2", [1n, 1n]);
  code.v128.and();
  code.v128.const("i64x2", [0n, 0n]);
  code.i64x2.eq();
  code.v128.and();
}
