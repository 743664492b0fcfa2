import { reachOf, type WindowAttributes, windowAxes, type WindowAxis } from "../kernels/windows.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { Border, LowerNode, Point, PointBuilder, PointValue } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";

type Index = readonly Expression[];

/** How windows lie on the spatial axes (from 2 on) of input 0. */
export function windowsOn(
  node: LowerNode<WindowAttributes>,
  x: PointValue,
  kernel: readonly number[],
): readonly WindowAxis[] {
  return windowAxes(knownShape(node, x).slice(2), kernel, node.attributes, { fail: (rule) => node.cannot(rule) });
}

/** Where a tap of a window lies, along each axis: before the first element or past the last where there is padding. */
export const placesOf = (axes: readonly WindowAxis[], windows: Index, taps: Index, k: PointBuilder): Index =>
  axes.map(({ stride, dilation, begin }, i) =>
    k.sub(k.add(k.mul(windows[i], stride), k.mul(taps[i], dilation)), begin),
  );

/** Whether a tap lies on the axes, or with `padded` in their padding; undefined where every tap does. */
export function isOnAxes(
  axes: readonly WindowAxis[],
  places: Index,
  k: PointBuilder,
  padded = false,
): Expression | undefined {
  const conditions = axes.flatMap((axis, i) => {
    const end = axis.size + (padded ? axis.end : 0);
    const last = (axis.count - 1) * axis.stride - axis.begin + reachOf(axis);
    return [...(!padded && axis.begin > 0 ? [k.ge(places[i], 0)] : []), ...(last > end ? [k.lt(places[i], end)] : [])];
  });
  return conditions.length === 0 ? undefined : conditions.reduce((all, one) => k.and(all, one));
}

/** An input with its padding as elements of its own, and its windows without any. */
export function paddedWindows(
  node: LowerNode<unknown>,
  x: PointValue,
  axes: readonly WindowAxis[],
  border: number | ((k: PointBuilder) => Expression) = 0,
): { readonly value: PointValue; readonly axes: readonly WindowAxis[] } {
  const reaches = axes.map((axis) => (axis.count - 1) * axis.stride + reachOf(axis));
  if (axes.every(({ begin, size }, i) => begin === 0 && reaches[i] <= size)) return { value: x, axes };
  const sizes = axes.map(({ begin, size }, i) => Math.max(begin + size, reaches[i]));
  const at: Point["at"] = ([n, channel, ...places], k) => {
    const own = places.map((place, i) => k.sub(place, axes[i].begin));
    const inside = axes.flatMap(({ begin, size }, i) => [
      ...(begin > 0 ? [k.ge(own[i], 0)] : []),
      ...(sizes[i] - begin > size ? [k.lt(own[i], size)] : []),
    ]);
    return k.choose(
      inside.reduce((all, one) => k.and(all, one), k.constant("bool", true)),
      x.scalar,
      () => x.at([n, channel, ...own], k),
      () => (typeof border === "number" ? k.constant(x.scalar, border) : border(k)),
    );
  };
  const within: Omit<Border, "fill"> = {
    begins: [0, 0, ...axes.map(({ begin }) => begin)],
    sizes: knownShape(node, x),
    inner: (index, k) => x.at(index, k),
  };
  const point: Point = typeof border === "number" ? { at, border: { ...within, fill: border } } : { at };
  const value = node.step(x.scalar, [...x.shape.slice(0, 2), ...sizes], point);
  return { value, axes: axes.map((axis, i) => ({ ...axis, begin: 0, end: 0, size: sizes[i] })) };
}
