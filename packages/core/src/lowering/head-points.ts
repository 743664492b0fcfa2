import type { Point, PointValue } from "./contract.ts";
import { positionOf } from "./positions.ts";

/** The element at [batch, head, place, element]. */
export type HeadsAt = Point["at"];

/** A value by heads: of rank 4 itself, of rank 3 with heads of `size` elements side by side in the last axis. */
export const headsAt = (x: PointValue, size: number): HeadsAt =>
  x.shape.length === 4 ? (index, k) => x.at(index, k) : ([b, h, s, d], k) => x.at([b, s, k.add(k.mul(h, size), d)], k);

/** The point of a value with the elements of another in the same order, under another shape. */
export const sameOrder = (value: PointValue, shape: readonly number[]): Point => ({
  at: (index, k) => value.atPosition(positionOf(index, shape), k),
  atPosition: (position, k) => value.atPosition(position, k),
});
