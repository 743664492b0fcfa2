import type { LowerNode, Point, PointValue } from "./contract.ts";
import { isOne, knownDim, positionOf } from "./positions.ts";

/** The elements of input 0 in their order, under the shape of output 0. */
export const reshapePoints = (node: LowerNode<unknown>): readonly Point[] => [
  reshapedPoint(node.inputs[0]!, node.outputs[0]!.shape),
];

/** The elements of a value in their order, under another shape. */
function reshapedPoint(x: PointValue, shape: PointValue["shape"]): Point {
  const axes = axesButOnes(x.shape);
  const ownAxes = axesButOnes(shape);
  const areAlike =
    axes.length === ownAxes.length && axes.every((axis, i) => knownDim(x.shape[axis]) === knownDim(shape[ownAxes[i]]));
  return {
    atPosition: (position, k) => x.atPosition(position, k),
    at(index, k) {
      if (!areAlike) return x.atPosition(positionOf(index, shape), k);
      const own = x.shape.map(() => k.constant("index", 0));
      return x.at(
        own.map((zero, axis) => (axes.includes(axis) ? index[ownAxes[axes.indexOf(axis)]] : zero)),
        k,
      );
    },
  };
}

const axesButOnes = (shape: PointValue["shape"]): readonly number[] =>
  shape.flatMap((dim, axis) => (isOne(dim) ? [] : [axis]));
