import { attributeOf, type Node } from "../snapshot/types.ts";
import { withAttributes } from "./edit-node.ts";
import type { RewriteContext } from "./operator.ts";

/**
 * Downgrade to versions whose attributes `axis` and `axes` count from the front only.
 * Undefined when there are negative ones and the rank of input 0 is not known.
 */
export function nonNegativeAxes(node: Node, rewrite: RewriteContext): Node | undefined {
  const type = rewrite.typeOf(node.inputs[0]);
  const rank = type?.kind === "tensor" ? type.shape?.length : undefined;
  let result = node;
  for (const name of ["axis", "axes"]) {
    const value = attributeOf(node, name);
    const axes = value?.kind === "ints" ? value.value : value?.kind === "int" ? [value.value] : [];
    if (axes.every((axis) => axis >= 0n)) continue;
    if (rank === undefined) return undefined;
    const counted = axes.map((axis) => (axis < 0n ? axis + BigInt(rank) : axis));
    result = withAttributes(result, {
      name,
      value: value!.kind === "int" ? { kind: "int", value: counted[0] } : { kind: "ints", value: counted },
    });
  }
  return result;
}
