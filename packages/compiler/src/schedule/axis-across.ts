import type { Point } from "@hodu/core";
import type { Expression } from "@hodu/core/kernel-ir";
import type { FusedValues } from "../contraction/fused-values.ts";
import { probeFactor } from "../contraction/probe-factor.ts";

/**
 * The axis of an index along which the one element that a point reads lies side by side in memory, where along another axis it lies further
 * apart; undefined where the point reads more, or at no sum of multiples of the index.
 */
export function axisAcross(
  dims: readonly number[],
  along: number,
  at: Point["at"],
  values: FusedValues,
): number | undefined {
  const index = dims.map((_, axis): Expression => ({ kind: "size", name: `i${axis}` }));
  const form = probeFactor(values, (k) => at(index, k)).load?.form;
  const strides = dims.map((dim, axis) => (dim > 1 ? (form?.coefficients.get(`i${axis}`) ?? 0) : 0));
  const across = strides.indexOf(1);
  return across < 0 || Math.abs(strides[along]) <= 1 ? undefined : across;
}
