import type { Expression } from "@hodu/core/kernel-ir";
import { knownIndex } from "../../c/known-index.ts";

/** An index over constants and sizes, names replaced by their values; undefined for what is not known before a call. */
export function callTimeExtent(expression: Expression, known: ReadonlyMap<string, Expression>): Expression | undefined {
  if (expression.kind === "constant" || expression.kind === "size") return expression;
  if (expression.kind === "local") {
    const value = known.get(expression.name);
    return value === undefined ? undefined : callTimeExtent(value, known);
  }
  if (expression.kind !== "binary") return undefined;
  const left = callTimeExtent(expression.left, known);
  const right = callTimeExtent(expression.right, known);
  return left === undefined || right === undefined ? undefined : { ...expression, left, right };
}

/** How many turns a loop has in a call: its extent over sizes, by its step. */
export function turnsOf(
  split: { readonly extent: Expression; readonly step: number },
  sizes: ReadonlyMap<string, number>,
): number {
  const extent = knownIndex(split.extent, sizes);
  if (extent === undefined) throw new Error("an extent of sizes that are not given");
  return Math.max(0, Math.ceil(extent / split.step));
}
