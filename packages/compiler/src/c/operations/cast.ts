import {
  type CScalar,
  type CType,
  isFloat,
  isSigned,
  laneOf,
  maskType,
  signedOf,
  suffixOf,
  widthOf,
} from "../c-type.ts";
import { literal } from "../literal.ts";
import type { Prelude } from "../prelude.ts";
import { broadcastOf, convertOf } from "./lanes.ts";

type IntegerScalar = Exclude<CScalar, "bool" | "f32" | "f64">;

/** C text of a value as another scalar; neither is bool. */
export function castText(prelude: Prelude, from: CType, to: CType, text: string): string {
  if (from.scalar === to.scalar) return text;
  if (isFloat(from) && !isFloat(to)) return `${saturateOf(prelude, from, to)}(${text})`;
  return from.lanes === 1 ? `((hodu_${to.scalar})${text})` : `${convertOf(prelude, from, to)}(${text})`;
}

/** C text of "not 0". */
export function castToBool(prelude: Prelude, from: CType, text: string): string {
  const truth = `(${text} != 0)`;
  return from.lanes === 1 ? truth : `((hodu_${prelude.type(maskType(widthOf(from.scalar), from.lanes))})${truth})`;
}

/** C text of 0 or 1 for a bool of one lane, or for a mask as wide as the lanes of `to`. */
export function castFromBool(prelude: Prelude, to: CType, text: string): string {
  if (to.lanes === 1) return `((hodu_${to.scalar})${text})`;
  const one = `${broadcastOf(prelude, to)}(1)`;
  const mask = maskType(widthOf(to.scalar), to.lanes);
  return `((hodu_${suffixOf(to)})(${text} & (hodu_${prelude.type(mask)})${one}))`;
}

/** A function from floats to integers that ends at the ends of their type. */
function saturateOf(prelude: Prelude, from: CType, to: CType): string {
  const name = `${suffixOf(from)}_to_${suffixOf(to)}`;
  if (from.lanes === 1) return saturateLane(prelude, from, to);
  const [f, t, i] = [prelude.type(from), prelude.type(to), prelude.type(signedOf(from))];
  const { least, most } = endsOf(to);
  if (widthOf(to.scalar) < widthOf(from.scalar) && widthOf(to.scalar) + 1 < precisionOf(from)) {
    const [low, high] = [literal(from.scalar, Number(least)), literal(from.scalar, Number(most))];
    prelude.need("HODU_CLAMP_LANES", f, t, i, low, high);
  } else if (widthOf(to.scalar) === widthOf(from.scalar)) {
    prelude.need("HODU_SATURATE_LANES", f, t, i, ...boundsOf(from, to), ...endTexts(to));
  } else return eachLaneTo(prelude, from, to);
  return `hodu_${name}`;
}

function saturateLane(prelude: Prelude, from: CType, to: CType): string {
  prelude.need("HODU_SATURATE", from.scalar, to.scalar, ...boundsOf(from, to), ...endTexts(to));
  return `hodu_${from.scalar}_to_${to.scalar}`;
}

function eachLaneTo(prelude: Prelude, from: CType, to: CType): string {
  const scalar = saturateLane(prelude, laneOf(from), laneOf(to));
  prelude.need("HODU_LANES_TO", prelude.type(from), prelude.type(to), from.lanes, scalar);
  return `hodu_${suffixOf(from)}_to_${suffixOf(to)}`;
}

/** Bits of a float's significand. */
const precisionOf = ({ scalar }: CType): number => (scalar === "f32" ? 24 : 53);

function endsOf(type: CType): { readonly least: bigint; readonly most: bigint } {
  const bits = BigInt(widthOf(type.scalar));
  return isSigned(type)
    ? { least: -(2n ** (bits - 1n)), most: 2n ** (bits - 1n) - 1n }
    : { least: 0n, most: 2n ** bits - 1n };
}

/** The least value and one past the greatest, as floats. */
function boundsOf(from: CType, to: CType): readonly [string, string] {
  const { least, most } = endsOf(to);
  return [literal(from.scalar, Number(least)), literal(from.scalar, Number(most + 1n))];
}

function endTexts(to: CType): readonly [string, string] {
  const { least, most } = endsOf(to);
  const scalar = to.scalar as IntegerScalar;
  return [literal(scalar, least), literal(scalar, most)];
}
