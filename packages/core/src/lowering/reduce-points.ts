import { exp, log } from "../kernel-ir/functions/index.ts";
import { isFloatScalar, SCALARS } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression, Reduction, Scalar } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointValue } from "./contract.ts";
import { axisFrom0, knownNumbers, knownShape } from "./known-numbers.ts";
import { keptShape, rowIndex, rowTotal, withPlaces } from "./row-values.ts";

interface ReduceAttributes {
  readonly keepdims: number;
  readonly noop_with_empty_axes: number;
}

/** A reduction by what is combined of each element, and what becomes of the total of so many. */
export interface ReducePoints {
  readonly reduction: Reduction;
  /** The total of nothing. */
  readonly initial: (scalar: Scalar) => number | bigint;
  readonly image?: (x: Expression, k: PointBuilder) => Expression;
  readonly end?: (total: Expression, count: number, k: PointBuilder) => Expression;
  /** Only floats: integers follow other rules. */
  readonly floatsOnly?: boolean;
}

/** The lowering of a reduction over the axes that input 1 names. */
export function reducePoints({ reduction, initial, image, end, floatsOnly }: ReducePoints): Lowering<ReduceAttributes> {
  return (node) => {
    const x = node.inputs[0]!;
    const { kind } = SCALARS[x.scalar];
    if (kind === "bool" || (floatsOnly && kind !== "float")) node.cannot(`it has no kernel for ${x.dtype}`);
    const axes = reducedAxes(node);
    const count = axes.reduce((total, axis) => total * knownShape(node, x)[axis], 1);
    return [
      {
        at(index, k) {
          const first = fullIndex(node, axes, index, k);
          const own = image && ((element: Expression) => image(element, k));
          const total = rowTotal(x, axes, reduction, initial(x.scalar), first, k, own);
          return end === undefined ? total : end(k.let("total", total), count, k);
        },
      },
    ];
  };
}

function reducedAxes(node: LowerNode<ReduceAttributes>): readonly number[] {
  const rank = node.inputs[0]!.shape.length;
  const axes = knownNumbers(node, 1, "axes") ?? [];
  if (axes.length > 0) return axes.map((axis) => axisFrom0(axis, rank));
  return node.attributes.noop_with_empty_axes === 0 ? Array.from({ length: rank }, (_, axis) => axis) : [];
}

/** The index of the first element of a row, from that of its total. */
function fullIndex(
  node: LowerNode<{ readonly keepdims: number }>,
  axes: readonly number[],
  index: readonly Expression[],
  k: PointBuilder,
): readonly Expression[] {
  if (node.attributes.keepdims !== 0) return index;
  const rest = [...index];
  return node.inputs[0]!.shape.map((_, axis) => (axes.includes(axis) ? k.constant("index", 0) : rest.shift()!));
}

/** ln of the sum of exponentials, around the largest element where that is finite. */
export const logSumExpPoints: Lowering<ReduceAttributes> = (node) => {
  const x = node.inputs[0]!;
  const axes = reducedAxes(node);
  const largest = node.step(x.scalar, keptShape(x, axes), (index, k) => {
    const total = k.let("largest", rowTotal(x, axes, "max", -Infinity, index, k));
    return k.select(k.lt(k.abs(total), Infinity), total, 0);
  });
  const at: Point["at"] = (index, k) => {
    const first = fullIndex(node, axes, index, k);
    const center = largest.at(rowIndex(first, axes, k), k);
    const image = (element: Expression): Expression => exp(k, k.sub(element, center));
    return k.add(log(k, k.let("sum", rowTotal(x, axes, "add", 0, first, k, image))), center);
  };
  return [{ at }];
};

interface ArgAttributes {
  readonly axis: number;
  readonly keepdims: number;
  readonly select_last_index: number;
}

/** The lowering of ArgMax and ArgMin: the place of the element that beats all others of its row; NaN beats every number. */
export function argPoints(beats: "gt" | "lt"): Lowering<ArgAttributes> {
  return (node) => {
    const x = node.inputs[0]!;
    const axis = axisFrom0(node.attributes.axis, x.shape.length);
    if (knownShape(node, x)[axis] === 0) node.cannot("a row without elements has no largest");
    const at: Point["at"] = (index, k) =>
      bestPlace(x, axis, beats, node.attributes.select_last_index !== 0, fullIndex(node, [axis], index, k), k);
    return [{ at }];
  };
}

/** 1 at the place of the first largest element of each row, else 0. ONNX Hardmax. */
export const hardmaxPoints: Lowering<{ readonly axis: number }> = (node) => {
  const x = node.inputs[0]!;
  const axis = axisFrom0(node.attributes.axis, x.shape.length);
  if (knownShape(node, x)[axis] === 0) node.cannot("a row without elements has no largest");
  const place = node.step("i64", keptShape(x, [axis]), (index, k) => bestPlace(x, axis, "gt", false, index, k));
  const at: Point["at"] = (index, k) => {
    const isBest = k.eq(place.at(rowIndex(index, [axis], k), k), k.fromIndex("i64", index[axis]));
    return k.select(isBest, k.constant(x.scalar, 1), k.constant(x.scalar, 0));
  };
  return [{ at }];
};

/** The place along an axis of the element that beats all others of its row. */
function bestPlace(
  x: PointValue,
  axis: number,
  beats: "gt" | "lt",
  isLast: boolean,
  first: readonly Expression[],
  k: PointBuilder,
): Expression {
  const along = (place: Expression) => x.at(withPlaces(first, [axis], [place]), k);
  const initial = [along(k.constant("index", 0)), k.constant("i64", 0)];
  const [, found] = k.foldOver([x.shape[axis]], initial, ([best, place], [i]) => {
    const value = along(i);
    const wins = k.let("wins", takesPlace(k[beats](value, best), value, best, isLast, k));
    return [k.select(wins, value, best), k.select(wins, k.fromIndex("i64", i), place)];
  });
  return found;
}

/** Whether a value takes the place of the best so far: it beats that, or is the first NaN, or where `isLast` says so is like it. */
function takesPlace(
  isBetter: Expression,
  value: Expression,
  best: Expression,
  isLast: boolean,
  k: PointBuilder,
): Expression {
  const isFloat = isFloatScalar(typeOf(value).scalar);
  const wins = isFloat ? k.and(k.or(isBetter, k.ne(value, value)), k.eq(best, best)) : isBetter;
  if (!isLast) return wins;
  const isAlike = k.eq(value, best);
  return k.or(wins, isFloat ? k.or(isAlike, k.and(k.ne(value, value), k.ne(best, best))) : isAlike);
}

/** The least or greatest number of a type: what the largest or smallest of nothing is. */
export function extremeOf(scalar: Scalar, sign: 1 | -1): number | bigint {
  const { kind, bits } = SCALARS[scalar];
  if (kind === "float") return sign * Infinity;
  if (kind === "signed") return sign === 1 ? 2n ** BigInt(bits - 1) - 1n : -(2n ** BigInt(bits - 1));
  return sign === 1 ? 2n ** BigInt(bits) - 1n : 0n;
}
