import { type CType, suffixOf, unsignedOf } from "../c-type.ts";
import type { Prelude } from "../prelude.ts";
import { bitsOf } from "./lanes.ts";

/** The types of a sum and of the two operands of a dot product. */
export type DotTypes = readonly [acc: CType, a: CType, b: CType];

/** C text of acc + four products of neighbouring bytes; the instruction for it takes unsigned by signed ones. */
export function dot4Text(prelude: Prelude, [acc, a, b]: DotTypes, operands: readonly string[]): string {
  const name = `dot4_${a.scalar}`;
  const [t, left, right] = [prelude.type(acc), prelude.type(a), prelude.type(b)];
  const isInstruction = prelude.target.features.includes("vnni") && a.scalar === "u8" && acc.lanes >= 4;
  if (isInstruction && acc.lanes <= 16) prelude.need("HODU_DOT4_VNNI", t, acc.lanes, left, right);
  else {
    const unsigned = unsignedOf(acc);
    bitsOf(prelude, a, unsigned);
    bitsOf(prelude, b, unsigned);
    const widen = a.scalar === "u8" ? "HODU_BYTE_UNSIGNED" : "HODU_BYTE_SIGNED";
    prelude.need("HODU_DOT4", name, t, suffixOf(unsigned), left, right, widen);
  }
  return `hodu_${name}_${t}(${operands.join(", ")})`;
}
