import type { LowerNode, Lowering, PointValue } from "./contract.ts";
import { pointOf } from "./elementwise.ts";

/** min(max, max(x, min)), where the bounds are scalars or absent. */
export const clipPoints: Lowering<unknown> = (node: LowerNode<unknown>) => {
  const [x, min, max] = node.inputs;
  const given = [x, min, max].filter((value): value is NonNullable<typeof value> => value !== undefined);
  return [
    pointOf(node, given as readonly PointValue[], ([element, ...bounds], k) => {
      const raised = min === undefined ? element : k.max(element, bounds[0]);
      return max === undefined ? raised : k.min(bounds[bounds.length - 1], raised);
    }),
  ];
};
