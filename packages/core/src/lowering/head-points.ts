import type { LowerNode, Point, PointValue } from "./contract.ts";
import { positionOf } from "./positions.ts";

/** The element at [batch, head, place, element]. */
export type HeadsAt = Point["at"];

/** A value by heads: of rank 4 itself, of rank 3 with heads of `size` elements side by side in the last axis. */
export const headsAt = (x: PointValue, size: number): HeadsAt =>
  x.shape.length === 4 ? (index, k) => x.at(index, k) : ([b, h, s, d], k) => x.at([b, s, k.add(k.mul(h, size), d)], k);

/** The point of output 0 of rank 3 [batch, place, heads * size], from a value [batch, place, head, element]: the same order. */
export function packedHeads(node: LowerNode<unknown>, value: PointValue): Point {
  const { shape } = node.outputs[0]!;
  return {
    at: (index, k) => value.atPosition(positionOf(index, shape), k),
    atPosition: (position, k) => value.atPosition(position, k),
  };
}
