import type { Contraction, Point } from "./contract.ts";

/** The point of a value whose elements are sums of products; an integer sum wraps. */
export function contractionPoint(contraction: Contraction): Point {
  const { scalar, extents, left, right } = contraction;
  return {
    contraction,
    at: (index, k) =>
      k.reduceOver("add", extents, k.constant(scalar, 0), (place) =>
        k.mul(left(index, place, k), right(index, place, k)),
      ),
  };
}
