import type { OperatorDef } from "../operators/operator.ts";
import { CannotLower } from "./cannot-lower.ts";
import type { LowerNode, Point } from "./contract.ts";

/** The points of a node's outputs, or why it has none. */
export function lowerNode(
  definition: OperatorDef,
  node: Omit<LowerNode, "cannot">,
): readonly (Point | undefined)[] | string {
  if (definition.lower === undefined) return "it has no lowering";
  try {
    return definition.lower({
      ...node,
      cannot(reason) {
        throw new CannotLower(reason);
      },
    });
  } catch (error) {
    if (error instanceof CannotLower) return error.message;
    throw error;
  }
}
