import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Point, PointBuilder, PointValue } from "./contract.ts";
import { axisFrom0, knownNumbers, knownShape } from "./known-numbers.ts";
import { broadcastIndex } from "./elementwise.ts";

type Index = readonly Expression[];

/** The point of a value whose element at an index is that of another at another index. */
export const movedPoint = (x: PointValue, from: (index: Index, k: PointBuilder) => Index): Point => ({
  at: (index, k) => x.at(from(index, k), k),
});

/** An index with another place along one axis. */
export const withPlace = (index: Index, axis: number, place: Expression): Index =>
  index.map((old, i) => (i === axis ? place : old));

/** ONNX Transpose. */
export function transposePoints(node: LowerNode<{ readonly perm: readonly number[] | undefined }>): readonly Point[] {
  const x = node.inputs[0]!;
  const order = node.attributes.perm ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  return [movedPoint(x, (index) => x.shape.map((_, axis) => index[order.indexOf(axis)]))];
}

/** ONNX Expand. */
export function expandPoints(node: LowerNode<unknown>): readonly Point[] {
  const x = node.inputs[0]!;
  return [movedPoint(x, (index, k) => broadcastIndex(index, x.shape, k))];
}

/** ONNX Tile. */
export function tilePoints(node: LowerNode<unknown>): readonly Point[] {
  const x = node.inputs[0]!;
  const [from, to] = [knownShape(node, x), knownShape(node, node.outputs[0]!)];
  return [movedPoint(x, (index, k) => index.map((i, axis) => (from[axis] === to[axis] ? i : k.rem(i, from[axis]))))];
}

/** ONNX Split: each output begins where the one before ends. */
export function splitPoints(node: LowerNode<{ readonly axis: number }>): readonly Point[] {
  const x = node.inputs[0]!;
  const axis = axisFrom0(node.attributes.axis, x.shape.length);
  let start = 0;
  return node.outputs.map((output) => {
    const first = start;
    start += knownShape(node, output ?? node.cannot("an output is left out"))[axis];
    return movedPoint(x, (index, k) => withPlace(index, axis, k.add(index[axis], first)));
  });
}

/** ONNX Concat. */
export function concatPoints(node: LowerNode<{ readonly axis: number }>): readonly Point[] {
  const parts = node.inputs as readonly PointValue[];
  const axis = axisFrom0(node.attributes.axis, parts[0].shape.length);
  const { scalar } = parts[0];
  const at = (from: number, start: number, index: Index, k: PointBuilder): Expression => {
    const part = parts[from];
    const end = start + knownShape(node, part)[axis];
    const own = (): Expression => part.at(withPlace(index, axis, k.sub(index[axis], start)), k);
    if (from === parts.length - 1) return own();
    return k.choose(k.lt(index[axis], end), scalar, own, () => at(from + 1, end, index, k));
  };
  const stretches = parts.map((part) => ({
    length: knownShape(node, part)[axis],
    at: (index: Index, k: PointBuilder) => part.at(index, k),
  }));
  return [{ at: (index, k) => at(0, 0, index, k), stretches: { axis, parts: stretches } }];
}

/** ONNX Slice, where what to take is known. */
export function slicePoints(node: LowerNode<unknown>): readonly Point[] {
  const x = node.inputs[0]!;
  const shape = knownShape(node, x);
  const starts = knownNumbers(node, 1, "starts") ?? [];
  const axes = knownNumbers(node, 3, "axes") ?? starts.map((_, i) => i);
  const steps = knownNumbers(node, 4, "steps") ?? starts.map(() => 1);
  const along = axes.map((axis) => axisFrom0(axis, shape.length));
  return [
    movedPoint(x, (index, k) =>
      index.map((i, axis) => {
        const cut = along.indexOf(axis);
        return cut < 0 ? i : k.add(k.mul(i, steps[cut]), firstOf(shape[axis], starts[cut], steps[cut]));
      }),
    ),
  ];
}

/** Where a cut begins, its start brought into the axis. */
function firstOf(length: number, start: number, step: number): number {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  return Math.min(Math.max(start < 0 ? start + length : start, low), high);
}
