import { type CType, laneOf } from "../c-type.ts";
import type { Prelude } from "../prelude.ts";
import { eachLane } from "./lanes.ts";
import { builtinOf } from "./unary.ts";

/** C text of a * b + c: an instruction where the target has one; else exact in arithmetic where it must be, or rounded twice. */
export function fmaText(prelude: Prelude, type: CType, exact: boolean, a: string, b: string, c: string): string {
  const isFused = prelude.target.features.includes("fma");
  if (!isFused && !exact) return `((${a} * ${b}) + ${c})`;
  const scalar = isFused ? builtinOf("fma", type) : `hodu_soft_fma_${laneOf(type).scalar}`;
  const name = type.lanes === 1 ? scalar : eachLane(prelude, "fma", type, scalar, 3);
  return `${name}(${a}, ${b}, ${c})`;
}
