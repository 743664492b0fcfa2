import type { Expression, Reduction } from "../kernel-ir/types.ts";
import type { LowerNode, PointBuilder, PointValue } from "./contract.ts";

type Index = readonly Expression[];

/** The index with places along some axes, in their order; the others stay. */
export const withPlaces = (index: Index, axes: readonly number[], places: Index): Index =>
  index.map((old, axis) => (axes.includes(axis) ? places[axes.indexOf(axis)] : old));

/** The shape with 1 along the axes. */
export const keptShape = ({ shape }: Pick<PointValue, "shape">, axes: readonly number[]) =>
  shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));

/** Elements of a value along axes, combined; `image` is what is combined of each. */
export function rowTotal(
  x: PointValue,
  axes: readonly number[],
  reduction: Reduction,
  initial: number | bigint,
  index: Index,
  k: PointBuilder,
  image: (element: Expression, index: Index) => Expression = (element) => element,
): Expression {
  const extents = axes.map((axis) => x.shape[axis]);
  return k.reduceOver(reduction, extents, k.constant(x.scalar, initial), (places) => {
    const at = withPlaces(index, axes, places);
    return image(x.at(at, k), at);
  });
}

/** The index with 0 along the axes: where a value that was kept for a row has it. */
export const rowIndex = (index: Index, axes: readonly number[], k: PointBuilder): Index =>
  index.map((i, axis) => (axes.includes(axis) ? k.constant("index", 0) : i));

/** Mean and population variance of the rows along axes, each with 1 along them. */
export function rowMoments(
  node: LowerNode<unknown>,
  x: PointValue,
  axes: readonly number[],
): { readonly mean: PointValue; readonly variance: PointValue } {
  const shape = keptShape(x, axes);
  const count = (k: PointBuilder): Expression =>
    k.fromIndex(
      x.scalar,
      axes.reduce<Expression>((total, axis) => k.mul(total, x.shape[axis]), k.constant("index", 1)),
    );
  const mean = node.step(x.scalar, shape, (index, k) => k.div(rowTotal(x, axes, "add", 0, index, k), count(k)));
  const variance = node.step(x.scalar, shape, (index, k) => {
    const center = mean.at(index, k);
    const square = (element: Expression): Expression => {
      const difference = k.let("difference", k.sub(element, center));
      return k.mul(difference, difference);
    };
    return k.div(rowTotal(x, axes, "add", 0, index, k, square), count(k));
  });
  return { mean, variance };
}
