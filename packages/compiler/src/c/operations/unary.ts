import type { UnaryOperation } from "@hodu/core/kernel-ir";
import { type CType, isFloat, isSigned, laneOf, signedOf, suffixOf, unsignedOf, widthOf } from "../c-type.ts";
import { literal } from "../literal.ts";
import type { Prelude } from "../prelude.ts";
import { bitsOf, eachLane, selectOf } from "./lanes.ts";

type Unary = (prelude: Prelude, type: CType, text: string) => string;

/** The name of a function of one type, made available. */
type FunctionOf = (prelude: Prelude, type: CType) => string;

const UNARY: Readonly<Record<UnaryOperation, Unary>> = {
  abs: (prelude, type, text) => (isFloat(type) || isSigned(type) ? `${absOf(prelude, type)}(${text})` : text),
  ceil: lanewise("ceil", (prelude, type) => roundingOf(prelude, type, "ceil", "ceil")),
  clz: lanewise("clz", leadingZerosOf),
  floor: lanewise("floor", (prelude, type) => roundingOf(prelude, type, "floor", "floor")),
  neg: (prelude, type, text) => (isFloat(type) ? `(-${text})` : `${negateOf(prelude, type)}(${text})`),
  not: (prelude, type, text) => (type.scalar === "bool" ? `(!${text})` : `((hodu_${prelude.type(type)})~${text})`),
  popcount: lanewise("popcount", onesOf),
  round: lanewise("round", (prelude, type) => roundingOf(prelude, type, "round", "rint")),
  sqrt: lanewise("sqrt", (_, type) => builtinOf("sqrt", type)),
  trunc: lanewise("trunc", (prelude, type) => roundingOf(prelude, type, "trunc", "trunc")),
};

/** C text of an operation on one operand. */
export function unaryText(operation: UnaryOperation, prelude: Prelude, type: CType, text: string): string {
  return UNARY[operation](prelude, type, text);
}

/** An operation that is a function of one lane, also in vectors. */
function lanewise(name: string, functionOf: FunctionOf): Unary {
  return (prelude, type, text) => {
    const scalar = functionOf(prelude, laneOf(type));
    return `${type.lanes === 1 ? scalar : eachLane(prelude, name, type, scalar, 1)}(${text})`;
  };
}

/** A builtin of C in the form for f32 or f64. */
export const builtinOf = (name: string, { scalar }: CType): string => `__builtin_${name}${scalar === "f32" ? "f" : ""}`;

const MOST = { 8: 0x7fn, 16: 0x7fffn, 32: 0x7fff_ffffn, 64: 0x7fff_ffff_ffff_ffffn } as const;

/** The absolute value of floats and signed integers. */
function absOf(prelude: Prelude, type: CType): string {
  const t = prelude.type(type);
  const integer = signedOf(type);
  if (isFloat(type)) {
    bitsOf(prelude, type, integer);
    bitsOf(prelude, integer, type);
    prelude.need("HODU_ABS_FLOAT", t, suffixOf(integer), literal(integer.scalar, MOST[widthOf(type.scalar)]));
  } else {
    negateOf(prelude, type);
    if (type.lanes > 1) selectOf(prelude, type, widthOf(type.scalar));
    prelude.need(type.lanes > 1 ? "HODU_ABS_INTEGER_LANES" : "HODU_ABS_INTEGER", t);
  }
  return `hodu_abs_${t}`;
}

function negateOf(prelude: Prelude, type: CType): string {
  const t = prelude.type(type);
  prelude.need("HODU_NEGATE", t, prelude.type(unsignedOf(type)));
  return `hodu_neg_${t}`;
}

function leadingZerosOf(prelude: Prelude, { scalar }: CType): string {
  const bits = widthOf(scalar);
  const [wide, builtin] = bits === 64 ? ["u64", "__builtin_clzll"] : ["u32", "__builtin_clz"];
  prelude.need("HODU_LEADING_ZEROS", scalar, bits, wide, builtin);
  return `hodu_clz_${scalar}`;
}

function onesOf(prelude: Prelude, type: CType): string {
  const builtin = widthOf(type.scalar) === 64 ? "__builtin_popcountll" : "__builtin_popcount";
  prelude.need("HODU_ONES", type.scalar, unsignedOf(type).scalar, builtin);
  return `hodu_popcount_${type.scalar}`;
}

/** Rounding of one lane: an instruction where the target has one, else arithmetic. */
function roundingOf(prelude: Prelude, type: CType, name: string, builtin: string): string {
  if (prelude.target.features.includes("rounding")) return builtinOf(builtin, type);
  const t = type.scalar;
  const integer = signedOf(type);
  absOf(prelude, type);
  prelude.need("HODU_SIGN", t, integer.scalar, literal(integer.scalar, MOST[widthOf(t)]));
  prelude.need("HODU_ROUND", t, t === "f32" ? "0x1p23f" : "0x1p52");
  if (name !== "round") prelude.need(`HODU_${name.toUpperCase()}`, t);
  return `hodu_${name}_${t}`;
}
