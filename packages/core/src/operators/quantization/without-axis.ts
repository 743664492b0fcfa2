import type { Node } from "../../snapshot/types.ts";
import { withoutAttributes } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";

/** The downgrade to opset 10, which has one scale for all: undefined unless the scale is known to be one value. */
export function withoutAxis(node: Node, rewrite: RewriteContext): Node | undefined {
  const scale = rewrite.typeOf(node.inputs[1]);
  if (scale?.kind !== "tensor" || !scale.shape?.every((dim) => dim === 1)) return undefined;
  return withoutAttributes(node, "axis");
}
