import { attributeOf, type Node } from "../../snapshot/types.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import { intsAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";

/** Upgrade of reductions: the attribute `axes` became input 1. An empty or missing one means all axes, then as now. */
export function axesToInput(node: Node, rewrite: RewriteContext): Node {
  const axes = attributeOf(node, "axes");
  const bare = withoutAttributes(node, "axes");
  if (axes?.kind !== "ints" || axes.value.length === 0) return bare;
  const constant = rewrite.constant(tensorFrom("i64", [axes.value.length], axes.value));
  return { ...bare, inputs: [node.inputs[0], constant] };
}

/** Downgrade of reductions: input 1 becomes the attribute `axes`; undefined when it is no constant or means no axes at all. */
export function axesToAttribute(node: Node, rewrite: RewriteContext): Node | undefined {
  const noop = attributeOf(node, "noop_with_empty_axes");
  const bare = { ...withoutAttributes(node, "noop_with_empty_axes"), inputs: [node.inputs[0]] };
  const given = node.inputs[1] ?? "";
  const constant = given === "" ? undefined : rewrite.constantOf(given);
  if (given !== "" && constant === undefined) return undefined;
  const axes = constant === undefined ? [] : indices(constant);
  if (axes.length > 0) return withAttributes(bare, intsAttribute("axes", axes));
  return noop?.kind === "int" && noop.value !== 0n ? undefined : bare;
}
