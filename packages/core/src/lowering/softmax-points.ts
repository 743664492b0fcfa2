import { exp, log } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointValue } from "./contract.ts";
import { axisFrom0 } from "./known-numbers.ts";
import { keptShape, rowIndex, rowTotal } from "./row-values.ts";

interface AlongAxis {
  readonly axis: number;
}

/** e^(x - largest) of each row over their sum. ONNX Softmax. */
export const softmaxPoints: Lowering<AlongAxis> = (node) => {
  const x = node.inputs[0]!;
  const { axes, largest } = rowsOf(node, x, node.attributes.axis);
  const power = node.step(x.scalar, x.shape, (index, k) =>
    exp(k, k.let("difference", k.sub(x.at(index, k), largest.at(rowIndex(index, axes, k), k)))),
  );
  const sum = node.step(x.scalar, keptShape(x, axes), (index, k) => rowTotal(power, axes, "add", 0, index, k));
  const at: Point["at"] = (index, k) => k.div(power.at(index, k), sum.at(rowIndex(index, axes, k), k));
  return [{ at }];
};

/** x - largest - ln of the sum of e^(x - largest). ONNX LogSoftmax. */
export const logSoftmaxPoints: Lowering<AlongAxis> = (node) => [
  logSoftmaxAlong(node, node.inputs[0]!, node.attributes.axis),
];

/** The logarithm of softmax along an axis. */
export function logSoftmaxAlong(node: LowerNode<unknown>, x: PointValue, axis: number): Point {
  const { axes, largest } = rowsOf(node, x, axis);
  const logarithm = node.step(x.scalar, keptShape(x, axes), (index, k) => {
    const center = largest.at(index, k);
    const image = (element: Expression): Expression => exp(k, k.let("difference", k.sub(element, center)));
    return log(k, k.let("sum", rowTotal(x, axes, "add", 0, index, k, image)));
  });
  return {
    at(index, k) {
      const row = rowIndex(index, axes, k);
      return k.sub(k.sub(x.at(index, k), largest.at(row, k)), logarithm.at(row, k));
    },
  };
}

function rowsOf(
  node: LowerNode<unknown>,
  x: PointValue,
  axis: number,
): { readonly axes: readonly number[]; readonly largest: PointValue } {
  const axes = [axisFrom0(axis, x.shape.length)];
  const largest = node.step(x.scalar, keptShape(x, axes), (index, k) => rowTotal(x, axes, "max", -Infinity, index, k));
  return { axes, largest };
}
