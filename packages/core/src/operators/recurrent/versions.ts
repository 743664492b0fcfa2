import { attributeOf, type Node } from "../../snapshot/types.ts";
import { withoutAttributes } from "../edit-node.ts";

/** A downgrade to versions that have layout 0 only. */
export function withoutLayout(node: Node): Node | undefined {
  const layout = attributeOf(node, "layout");
  return layout?.kind === "int" && layout.value !== 0n ? undefined : withoutAttributes(node, "layout");
}
