import { attributeOf, type Node } from "../../snapshot/types.ts";

/** True when a node has one of these attributes with a value that changes something: an int but 0, or ints not all 1 (dilations). */
export function usesAny(node: Node, ...names: readonly string[]): boolean {
  return names.some((name) => {
    const value = attributeOf(node, name);
    if (value === undefined) return false;
    if (value.kind === "int") return value.value !== 0n;
    return value.kind !== "ints" || value.value.some((item) => item !== 1n);
  });
}
