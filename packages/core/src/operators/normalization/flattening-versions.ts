import { attributeOf, type Node } from "../../snapshot/types.ts";
import { type AttributeDefs, int } from "../attributes.ts";
import { intAttribute, withAttributes } from "../edit-node.ts";
import { nonNegativeAxes } from "../non-negative-axes.ts";
import type { OperatorVersion, RewriteContext } from "../operator.ts";
import { types } from "../type-sets.ts";

function rankOf(value: string, rewrite: RewriteContext): number | undefined {
  const type = rewrite.typeOf(value);
  return type?.kind === "tensor" ? type.shape?.length : undefined;
}

function axisOf(node: Node, missing: number): number {
  const axis = attributeOf(node, "axis");
  return axis?.kind === "int" ? Number(axis.value) : missing;
}

/** Upgrade: before, all axes from `axis` on were taken as one; that is said by Flatten, the operator, and Reshape. */
function throughMatrix(node: Node, rewrite: RewriteContext): Node {
  const [x] = node.inputs;
  const axis = axisOf(node, 1);
  const rank = rankOf(x, rewrite);
  if (axis === -1 || (rank !== undefined && axis === rank - 1)) return withAttributes(node, intAttribute("axis", -1));
  const matrix = rewrite.emit("Flatten", [x], [intAttribute("axis", axis)]);
  const result = rewrite.emit(node.op, [matrix], [intAttribute("axis", -1)]);
  return { ...node, op: "Reshape", inputs: [result, rewrite.emit("Shape", [x])], attributes: [] };
}

/** Downgrade: for the last axis, both ways are one. */
function lastAxisOnly(node: Node, rewrite: RewriteContext): Node | undefined {
  const axis = axisOf(node, -1);
  const rank = rankOf(node.inputs[0], rewrite);
  const isLast = axis === -1 || (rank !== undefined && axis === rank - 1);
  return isLast ? withAttributes(node, intAttribute("axis", -1)) : undefined;
}

const flatAttributes: AttributeDefs = { axis: int({ default: 1 }) };

/** The versions of Softmax, LogSoftmax and Hardmax. */
export const flatteningVersions: readonly OperatorVersion[] = [
  { since: 13 },
  {
    since: 11,
    types: { T: types("f16 f32 f64") },
    attributes: flatAttributes,
    changed: "axis names one axis; before, all axes from it on were taken as one. Default -1 instead of 1",
    upgrade: throughMatrix,
    downgrade: lastAxisOnly,
  },
  { since: 1, changed: "axis may be negative", downgrade: nonNegativeAxes },
];
