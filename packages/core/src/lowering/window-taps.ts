import { reachOf, type WindowAttributes, windowAxes, type WindowAxis } from "../kernels/windows.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, PointBuilder, PointValue } from "./contract.ts";
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
