import { SCALARS } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Point, PointBuilder, PointInput } from "./contract.ts";
import { axisFrom0, knownShape } from "./known-numbers.ts";
import { movedPoint, withPlace } from "./moved-points.ts";

/** An index from the data along an axis of so many elements: negative ones count from its end, others end the run. */
export function placeFrom(value: Expression, length: number, k: PointBuilder): Expression {
  const isSigned = SCALARS[typeOf(value).scalar].kind === "signed";
  const place = isSigned ? k.let("place", k.select(k.lt(value, 0), k.add(value, length), value)) : value;
  k.guard(isSigned ? k.and(k.ge(place, 0), k.lt(place, length)) : k.lt(place, length));
  return k.toIndex(place);
}

/** ONNX Gather. */
export function gatherPoints(node: LowerNode<{ readonly axis: number }>): readonly Point[] {
  const [data, places] = node.inputs as readonly PointInput[];
  const axis = axisFrom0(node.attributes.axis, data.shape.length);
  const length = knownShape(node, data)[axis];
  const rank = places.shape.length;
  return [
    movedPoint(data, (index, k) => [
      ...index.slice(0, axis),
      placeFrom(places.at(index.slice(axis, axis + rank), k), length, k),
      ...index.slice(axis + rank),
    ]),
  ];
}

/** ONNX GatherElements. */
export function gatherElementsPoints(node: LowerNode<{ readonly axis: number }>): readonly Point[] {
  const [data, places] = node.inputs as readonly PointInput[];
  const axis = axisFrom0(node.attributes.axis, data.shape.length);
  const length = knownShape(node, data)[axis];
  return [movedPoint(data, (index, k) => withPlace(index, axis, placeFrom(places.at(index, k), length, k)))];
}

/** ONNX GatherND. */
export function gatherNdPoints(node: LowerNode<{ readonly batch_dims: number }>): readonly Point[] {
  const [data, places] = node.inputs as readonly PointInput[];
  const { batch_dims: batch } = node.attributes;
  const shape = knownShape(node, data);
  const size = knownShape(node, places).at(-1)!;
  const rank = places.shape.length - 1;
  return [
    movedPoint(data, (index, k) => {
      const tuple = Array.from({ length: size }, (_, i) =>
        placeFrom(places.at([...index.slice(0, rank), k.constant("index", i)], k), shape[batch + i], k),
      );
      return [...index.slice(0, batch), ...tuple, ...index.slice(rank)];
    }),
  ];
}

/** ONNX ArrayFeatureExtractor: some columns of X, of which a vector is one row. */
export function columnsPoints(node: LowerNode<unknown>): readonly Point[] {
  const [x, places] = node.inputs as readonly PointInput[];
  const length = knownShape(node, x).at(-1)!;
  return [
    movedPoint(x, (index, k) => {
      const given = k.let("column", places.atPosition(index.at(-1)!, k));
      k.guard(k.and(k.ge(given, 0), k.lt(given, length)));
      return [...index.slice(0, x.shape.length - 1).slice(x.shape.length === 1 ? 1 : 0), k.toIndex(given)];
    }),
  ];
}

/** ONNX ReverseSequence. */
export function reverseSequencePoints(
  node: LowerNode<{ readonly batch_axis: number; readonly time_axis: number }>,
): readonly Point[] {
  const [x, lengths] = node.inputs as readonly PointInput[];
  const { batch_axis: batch, time_axis: time } = node.attributes;
  const longest = knownShape(node, x)[time];
  return [
    {
      at(index, k) {
        const count = lengths.at([index[batch]], k);
        k.guard(k.and(k.ge(count, 0), k.le(count, longest)));
        const length = k.toIndex(count);
        return k.choose(
          k.lt(index[time], length),
          x.scalar,
          () => x.at(withPlace(index, time, k.sub(k.sub(length, 1), index[time])), k),
          () => x.at(index, k),
        );
      },
    },
  ];
}
