import { suffixOf, unsignedOf } from "../c-type.ts";
import type { Prelude } from "../prelude.ts";
import type { DotTypes } from "./dot4.ts";
import { bitsOf } from "./lanes.ts";

/** C text of acc + two products of neighbouring words. */
export function dot2Text(prelude: Prelude, [acc, a, b]: DotTypes, operands: readonly string[]): string {
  const [t, left, right] = [prelude.type(acc), prelude.type(a), prelude.type(b)];
  const unsigned = unsignedOf(acc);
  const isRegister = acc.lanes >= 4 && 4 * acc.lanes <= prelude.target.vectorBytes;
  if (isRegister && prelude.target.features.includes("madd"))
    prelude.need("HODU_DOT2_MADD", t, prelude.type(unsigned), acc.lanes, left, right);
  else {
    bitsOf(prelude, a, unsigned);
    bitsOf(prelude, b, unsigned);
    prelude.need("HODU_DOT2", t, suffixOf(unsigned), left, right);
  }
  return `hodu_dot2_${t}(${operands.join(", ")})`;
}
