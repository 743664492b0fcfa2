import { isFloatScalar } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { Lowering, Point, PointBuilder, PointValue } from "./contract.ts";
import { axisFrom0, knownShape } from "./known-numbers.ts";
import { withPlace } from "./moved-points.ts";

/** Elements that are looked at in all: each place looks at its whole row, where a sort would not. */
const MAX_LOOKS = 1 << 28;

/** The elements of each row in order, the first K: each is the best of those behind the one before it. ONNX TopK. */
export const topKPoints: Lowering<{ readonly axis: number; readonly largest: number }> = (node) => {
  const x = node.inputs[0]!;
  const axis = axisFrom0(node.attributes.axis, x.shape.length);
  const length = knownShape(node, x)[axis];
  const [, indices] = node.outputs;
  const shape = knownShape(node, node.outputs[0] ?? indices ?? node.cannot("it has no output"));
  if (shape.reduce((total, dim) => total * dim, length) > MAX_LOOKS)
    node.cannot("it would take too long without a sort");
  const isLargest = node.attributes.largest !== 0;
  const element = (index: readonly Expression[], place: Expression, k: PointBuilder): Expression =>
    x.at(withPlace(index, axis, place), k);
  const places: PointValue = node.step("i64", shape, {
    inOrder: axis + 1,
    at(index, k) {
      const previous = k.choose(
        k.ge(index[axis], 1),
        "i64",
        () => places.at(withPlace(index, axis, k.sub(index[axis], 1)), k),
        () => k.constant("i64", -1),
      );
      return nextPlace((place) => element(index, place, k), k.let("previous", previous), length, isLargest, k);
    },
  });
  const values: Point["at"] = (index, k) => element(index, boundedPlace(places.at(index, k), length, k), k);
  return [{ at: values }, places].slice(0, node.outputs.length);
};

const boundedPlace = (place: Expression, length: number, k: PointBuilder): Expression =>
  k.min(k.max(k.toIndex(place), 0), length - 1);

/** The place of the best element that comes after the one at `previous` (-1: of all). */
function nextPlace(
  at: (place: Expression) => Expression,
  previous: Expression,
  length: number,
  isLargest: boolean,
  k: PointBuilder,
): Expression {
  const last = at(boundedPlace(previous, length, k));
  const [, found] = k.foldOver([length], [last, k.constant("i64", -1)], ([best, place], [i]) => {
    const value = at(i);
    const own = k.fromIndex("i64", i);
    const isAfter = k.or(
      k.lt(previous, 0),
      k.or(comesFirst(last, value, isLargest, k), k.and(isAlike(last, value, k), k.gt(own, previous))),
    );
    const isBest = k.or(k.lt(place, 0), comesFirst(value, best, isLargest, k));
    const takes = k.let("takes", k.and(isAfter, isBest));
    return [k.select(takes, value, best), k.select(takes, own, place)];
  });
  return found;
}

/** Whether one element goes before another; NaN is larger than all numbers. */
function comesFirst(x: Expression, y: Expression, isLargest: boolean, k: PointBuilder): Expression {
  const isFirst = isLargest ? k.gt(x, y) : k.lt(x, y);
  if (!isFloatScalar(typeOf(x).scalar)) return isFirst;
  const [nan, number] = isLargest ? [x, y] : [y, x];
  return k.or(isFirst, k.and(k.ne(nan, nan), k.eq(number, number)));
}

function isAlike(x: Expression, y: Expression, k: PointBuilder): Expression {
  const same = k.eq(x, y);
  return isFloatScalar(typeOf(x).scalar) ? k.or(same, k.and(k.ne(x, x), k.ne(y, y))) : same;
}
