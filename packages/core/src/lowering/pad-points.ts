import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { axisFrom0, knownNumbers, knownShape } from "./known-numbers.ts";
import { movedPoint } from "./moved-points.ts";

/** ONNX Pad, where the widths are known. */
export function padPoints(node: LowerNode<{ readonly mode: string }>): readonly Point[] {
  const [x, , value] = node.inputs;
  const shape = knownShape(node, x!);
  const pads = knownNumbers(node, 1, "pads") ?? [];
  const axes = (knownNumbers(node, 3, "axes") ?? shape.map((_, axis) => axis)).map((axis) =>
    axisFrom0(axis, shape.length),
  );
  const begins = shape.map((_, axis) => (axes.includes(axis) ? pads[axes.indexOf(axis)] : 0));
  const ends = shape.map((_, axis) => (axes.includes(axis) ? pads[axes.length + axes.indexOf(axis)] : 0));
  const { mode } = node.attributes;
  if (mode === "constant") return [paddedPoint(x!, value, shape, begins, ends)];
  return [
    movedPoint(x!, (index, k) =>
      index.map((i, axis) => repeated(mode, k.sub(i, begins[axis]), shape[axis], begins[axis], ends[axis], k)),
    ),
  ];
}

/** The elements of a value inside of a border. */
function paddedPoint(
  x: PointValue,
  value: PointInput | undefined,
  shape: readonly number[],
  begins: readonly number[],
  ends: readonly number[],
): Point {
  const border = (k: PointBuilder): Expression =>
    value === undefined
      ? k.constant(x.scalar, x.scalar === "bool" ? false : 0)
      : value.atPosition(k.constant("index", 0), k);
  return {
    at(index, k) {
      const own = index.map((i, axis) => k.sub(i, begins[axis]));
      const inside = own.flatMap((i, axis) => [
        ...(begins[axis] > 0 ? [k.ge(i, 0)] : []),
        ...(ends[axis] > 0 ? [k.lt(i, shape[axis])] : []),
      ]);
      if (inside.length === 0) return x.at(own, k);
      return k.choose(
        inside.reduce((all, one) => k.and(all, one)),
        x.scalar,
        () => x.at(own, k),
        () => border(k),
      );
    },
  };
}

/** A place before, in or behind an axis as one in it: of what negative pads leave of it. */
function repeated(mode: string, at: Expression, dim: number, begin: number, end: number, k: PointBuilder): Expression {
  if (begin === 0 && end === 0) return at;
  const first = Math.max(0, -begin);
  const length = dim - first - Math.max(0, -end);
  const own = k.sub(at, first);
  if (mode === "edge") return k.add(k.min(k.max(own, 0), length - 1), first);
  const period = mode === "reflect" ? Math.max(1, 2 * (length - 1)) : length;
  const before = Math.ceil((Math.max(0, begin) + first) / period) * period;
  const phase = k.rem(k.add(own, before), period);
  // of the two the lesser is below the length, which the second minimum says to those who prove it
  return k.add(mode === "reflect" ? k.min(k.min(phase, k.sub(period, phase)), length - 1) : phase, first);
}

/** ONNX CenterCropPad: the same border on both sides, or as much less. */
export function centerCropPadPoints(node: LowerNode<unknown>): readonly Point[] {
  const x = node.inputs[0]!;
  const [from, to] = [knownShape(node, x), knownShape(node, node.outputs[0]!)];
  const begins = from.map((dim, axis) => Math.trunc((to[axis] - dim) / 2));
  const ends = from.map((dim, axis) => to[axis] - dim - begins[axis]);
  return [paddedPoint(x, undefined, from, begins, ends)];
}
