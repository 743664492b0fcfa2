import { type CType, halfOf, type MaskWidth, maskType, suffixOf } from "../c-type.ts";
import type { Prelude } from "../prelude.ts";

/** A function that chooses lanes by a mask as wide as they are. */
export function selectOf(prelude: Prelude, type: CType, width: MaskWidth): string {
  const t = prelude.type(type);
  prelude.need("HODU_SELECT", t, prelude.type(maskType(width, type.lanes)));
  return `hodu_select_${t}`;
}

/** A function that keeps the bits. */
export function bitsOf(prelude: Prelude, from: CType, to: CType): string {
  const [a, b] = [prelude.type(from), prelude.type(to)];
  prelude.need("HODU_BITS", a, b);
  return `hodu_bits_${a}_to_${b}`;
}

/** A function of a vector that C converts lane by lane. */
export function convertOf(prelude: Prelude, from: CType, to: CType): string {
  const [a, b] = [prelude.type(from), prelude.type(to)];
  prelude.need("HODU_CONVERT", a, b);
  return `hodu_${a}_to_${b}`;
}

/** A mask with lanes of another width. */
export function convertMask(prelude: Prelude, text: string, from: MaskWidth, to: MaskWidth, lanes: number): string {
  return from === to ? text : `${convertOf(prelude, maskType(from, lanes), maskType(to, lanes))}(${text})`;
}

/** All lanes the same. */
export function broadcastOf(prelude: Prelude, type: CType): string {
  const t = prelude.type(type);
  prelude.need("HODU_BROADCAST", t, type.scalar, ...Array.from({ length: type.lanes }, () => "a"));
  return `hodu_broadcast_${t}`;
}

/** The lower and the upper half of a vector. */
export function halvesOf(prelude: Prelude, type: CType, text: string): readonly [string, string] {
  if (type.lanes === 2) return [`${text}[0]`, `${text}[1]`];
  const half = halfOf(type);
  const [t, h] = [prelude.type(type), prelude.type(half)];
  const numbers = Array.from({ length: type.lanes }, (_, lane) => lane);
  prelude.need("HODU_HALF", "low", t, h, ...numbers.slice(0, half.lanes));
  prelude.need("HODU_HALF", "high", t, h, ...numbers.slice(half.lanes));
  return [`hodu_low_${t}(${text})`, `hodu_high_${t}(${text})`];
}

/** A function of a vector that applies a function of a scalar to each lane. */
export function eachLane(prelude: Prelude, name: string, type: CType, scalarFunction: string, operands: 1 | 3): string {
  const t = prelude.type(type);
  prelude.need(`HODU_LANES_${operands}`, name, t, type.lanes, scalarFunction);
  return `hodu_${name}_${suffixOf(type)}`;
}
