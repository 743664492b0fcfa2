import type { Reduction } from "@hodu/core/kernel-ir";
import { type CType, halfOf } from "../c-type.ts";
import type { Prelude } from "../prelude.ts";
import { binaryText } from "./binary.ts";
import { halvesOf } from "./lanes.ts";

/** C text of all lanes as one: the upper half onto the lower, until one lane is left. */
export function reduceText(reduction: Reduction, prelude: Prelude, type: CType, text: string): string {
  return type.lanes === 1 ? text : `${reduceOf(reduction, prelude, type)}(${text})`;
}

function reduceOf(reduction: Reduction, prelude: Prelude, type: CType): string {
  const t = prelude.type(type);
  const half = halfOf(type);
  const [low, high] = halvesOf(prelude, type, "a");
  const joined = binaryText(reduction, prelude, half, low, high);
  prelude.need("HODU_REDUCE", `reduce_${reduction}`, t, type.scalar, reduceText(reduction, prelude, half, joined));
  return `hodu_reduce_${reduction}_${t}`;
}
