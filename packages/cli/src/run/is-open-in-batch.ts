import type { Graph } from "@hodu/core";

/** Whether the batch is all that a graph leaves open: one symbol, which is the first dim of some inputs and in no other dim. */
export function isOpenInBatch({ inputs }: Graph): boolean {
  const symbols = new Set<string>();
  for (const { type } of inputs) {
    if (type?.kind !== "tensor" || type.shape === undefined) return false;
    const [first, ...others] = type.shape;
    if (others.some((dim) => typeof dim !== "number")) return false;
    if (first === undefined || typeof first === "number") continue;
    const [[symbol, coefficient]] = first.terms;
    if (first.terms.length > 1 || coefficient !== 1 || first.constant !== 0) return false;
    symbols.add(symbol);
  }
  return symbols.size === 1;
}
