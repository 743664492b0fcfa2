import type { WindowAttributes, WindowAxis } from "../kernels/windows.ts";
import { pow } from "../kernel-ir/functions/index.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { extremeOf } from "./reduce-points.ts";
import { isOnAxes, placesOf, windowsOn } from "./window-taps.ts";

type Index = readonly Expression[];

interface PoolAttributes extends WindowAttributes {
  readonly kernel_shape: readonly number[];
}

/** An element under a tap, or what stands for it where the tap is off the axes. */
function tapElement(
  x: PointValue,
  axes: readonly WindowAxis[],
  index: Index,
  taps: Index,
  outside: number | bigint,
  k: PointBuilder,
): Expression {
  const places = placesOf(axes, index.slice(2), taps, k);
  const inside = isOnAxes(axes, places, k);
  const element = (): Expression => x.at([index[0], index[1], ...places], k);
  if (inside === undefined) return element();
  return k.choose(inside, x.scalar, element, () => k.constant(x.scalar, outside));
}

/** The largest element of each window, and with a second output its place in the whole input. ONNX MaxPool. */
export const maxPoolPoints: Lowering<PoolAttributes & { readonly storage_order: number }> = (node) => {
  const x = node.inputs[0]!;
  const axes = windowsOn(node, x, node.attributes.kernel_shape);
  const kernel = axes.map((axis) => axis.kernel);
  const least = extremeOf(x.scalar, -1);
  const at: Point["at"] = (index, k) =>
    k.reduceOver("max", kernel, k.constant(x.scalar, least), (taps) => tapElement(x, axes, index, taps, least, k));
  return node.outputs.length < 2 ? [{ at }] : [{ at }, largestPlace(node, x, axes)];
};

function largestPlace(
  node: LowerNode<{ readonly storage_order: number }>,
  x: PointInput,
  axes: readonly WindowAxis[],
): Point {
  const isColumnMajor = node.attributes.storage_order !== 0;
  const at: Point["at"] = (index, k) => {
    const initial = [k.constant(x.scalar, extremeOf(x.scalar, -1)), k.constant("i64", -1)];
    const kernel = axes.map((axis) => axis.kernel);
    const [, found] = k.foldOver(kernel, initial, ([best, place], taps) => {
      const places = placesOf(axes, index.slice(2), taps, k);
      const inside = isOnAxes(axes, places, k) ?? k.constant("bool", true);
      const own = (): Expression => x.at([index[0], index[1], ...places], k);
      const takes = (value: Expression): Expression => {
        const isLarger = k.or(k.gt(value, best), k.lt(place, 0));
        if (!isFloatScalar(x.scalar)) return isLarger;
        return k.or(isLarger, k.and(k.ne(value, value), k.eq(best, best)));
      };
      const position = k.fromIndex("i64", placePosition(x, index, places, isColumnMajor, k));
      return [
        k.choose(
          inside,
          x.scalar,
          () => k.select(takes(own()), own(), best),
          () => best,
        ),
        k.choose(
          inside,
          "i64",
          () => k.select(takes(own()), position, place),
          () => place,
        ),
      ];
    });
    return found;
  };
  return { at };
}

/** The position of an element in the whole input, its plane by rows or by columns. */
function placePosition(x: PointValue, index: Index, places: Index, byColumns: boolean, k: PointBuilder): Expression {
  const [, channels, ...sizes] = x.shape;
  const plane = k.add(k.mul(index[0], channels), index[1]);
  const axes = sizes.map((_, i) => i);
  const order = byColumns ? axes.toReversed() : axes;
  const size = sizes.reduce<Expression>((total, dim) => k.mul(total, dim), k.constant("index", 1));
  const inPlane = order.reduce<Expression>(
    (total, axis) => k.add(k.mul(total, sizes[axis]), places[axis]),
    k.constant("index", 0),
  );
  return k.add(k.mul(plane, size), inPlane);
}

/**
 * The mean of each window, summed down its columns and then across, each sum in the output's register: averages of quantized values are
 * often ties, and must fall on the same side everywhere. ONNX AveragePool.
 */
export const averagePoolPoints: Lowering<PoolAttributes & { readonly count_include_pad: number }> = (node) => {
  const x = node.inputs[0]!;
  const axes = windowsOn(node, x, node.attributes.kernel_shape);
  const kernel = axes.map((axis) => axis.kernel);
  const padded = node.attributes.count_include_pad === 1;
  const at: Point["at"] = (index, k) => {
    const zero = k.constant(x.scalar, 0);
    const [sum] = k.foldOver([kernel.at(-1)!], [zero], ([across], [last]) => {
      const [column] = k.foldOver(kernel.slice(0, -1), [zero], ([down], outer) => [
        k.add(down, tapElement(x, axes, index, [...outer, last], 0, k)),
      ]);
      return [k.add(across, column)];
    });
    return k.div(sum, tapCount(x, axes, index.slice(2), padded, k));
  };
  return [{ at }];
};

/** How many taps of a window count. */
function tapCount(
  x: PointValue,
  axes: readonly WindowAxis[],
  windows: Index,
  padded: boolean,
  k: PointBuilder,
): Expression {
  return axes.reduce<Expression>(
    (product, axis, i) => {
      const isCounted = (tap: Expression) => isOnAxes([axis], placesOf([axis], [windows[i]], [tap], k), k, padded);
      if (isCounted(k.constant("index", 0)) === undefined) return k.mul(product, axis.kernel);
      const [one, zero] = [k.constant(x.scalar, 1), k.constant(x.scalar, 0)];
      const count = k.reduceOver("add", [axis.kernel], zero, ([tap]) =>
        k.select(isCounted(tap) ?? k.constant("bool", true), one, zero),
      );
      return k.mul(product, count);
    },
    k.constant(x.scalar, 1),
  );
}

/** The mean or largest of each plane. ONNX GlobalAveragePool, GlobalMaxPool. */
export function globalPoolPoints(kind: "mean" | "max"): Lowering<unknown> {
  return (node) => {
    const x = node.inputs[0]!;
    const spatial = x.shape.slice(2);
    const initial = kind === "max" ? extremeOf(x.scalar, -1) : 0;
    const at: Point["at"] = (index, k) => {
      const total = k.reduceOver(kind === "max" ? "max" : "add", spatial, k.constant(x.scalar, initial), (places) =>
        x.at([index[0], index[1], ...places], k),
      );
      if (kind === "max") return total;
      const count = spatial.reduce<Expression>((product, dim) => k.mul(product, dim), k.constant("index", 1));
      return k.div(total, k.fromIndex(x.scalar, count));
    };
    return [{ at }];
  };
}

/** |x|^p. */
function powerPoint(x: Expression, p: number, k: PointBuilder): Expression {
  if (p === 1) return k.abs(x);
  return p === 2 ? k.mul(x, x) : pow(k, k.let("size", k.abs(x)), k.constant(typeOf(x).scalar, p));
}

/** The p-th root of a sum. */
function rootPoint(sum: Expression, p: number, k: PointBuilder): Expression {
  if (p === 1) return sum;
  return p === 2 ? k.sqrt(sum) : pow(k, sum, k.constant(typeOf(sum).scalar, 1 / p));
}

/** The norm of each plane. ONNX GlobalLpPool. */
export const globalLpPoolPoints: Lowering<{ readonly p: number }> = (node) => {
  const x = node.inputs[0]!;
  const { p } = node.attributes;
  const at: Point["at"] = (index, k) =>
    rootPoint(
      k.reduceOver("add", x.shape.slice(2), k.constant(x.scalar, 0), (places) =>
        powerPoint(x.at([index[0], index[1], ...places], k), p, k),
      ),
      p,
      k,
    );
  return [{ at }];
};

/** The norm of each window. ONNX LpPool. */
export const lpPoolPoints: Lowering<PoolAttributes & { readonly p: number }> = (node) => {
  const x = node.inputs[0]!;
  const { p, kernel_shape } = node.attributes;
  const axes = windowsOn(node, x, kernel_shape);
  const kernel = axes.map((axis) => axis.kernel);
  const at: Point["at"] = (index, k) => {
    const sum = k.reduceOver("add", kernel, k.constant(x.scalar, 0), (taps) =>
      powerPoint(tapElement(x, axes, index, taps, 0, k), p, k),
    );
    return rootPoint(sum, p, k);
  };
  return [{ at }];
};
