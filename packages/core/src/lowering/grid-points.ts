import { isFloatScalar } from "../kernel-ir/scalars.ts";
import { typeOf } from "../kernel-ir/type-of.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";

interface GridAttributes {
  readonly align_corners: number;
  readonly mode: string;
  readonly padding_mode: string;
}

const CUBIC_A = -0.75;

/** Taps of an axis, and the first of them from the element below a coordinate on. */
const TAPS: Readonly<Record<string, readonly [count: number, first: number]>> = {
  nearest: [1, 0],
  linear: [2, 0],
  cubic: [4, -1],
};

/** X at the positions of a grid, by the nearest element or by interpolation. ONNX GridSample. */
export const gridSamplePoints: Lowering<GridAttributes> = (node) => {
  const [x, grid] = node.inputs as readonly PointInput[];
  const { mode, padding_mode: padding } = node.attributes;
  if (mode !== "nearest" && !isFloatScalar(x.scalar)) node.cannot(`it has no kernel for ${x.dtype}`);
  const sizes = knownShape(node, x).slice(2);
  if (sizes.includes(0)) node.cannot("its planes have no elements");
  const rank = sizes.length;
  const coordinates = coordinatesOf(node, grid, sizes);
  const [count, first] = TAPS[mode];
  const at: Point["at"] = ([n, c, ...place], k) => {
    const tap = (taps: readonly Expression[]): Expression => {
      const found = sizes.map((size, axis) => {
        const coordinate = coordinates.at([n, ...place, k.constant("index", axis)], k);
        const base = k.let("base", k.add(k.floor(coordinate), k.add(k.fromIndex("f64", taps[axis]), first)));
        const bordered = k.trunc(inBorders(base, size, node.attributes, k));
        return { weight: weightOf(mode, k.sub(base, coordinate), k), place: k.let("place", bordered), size };
      });
      const index = found.map((each) => k.min(k.max(k.toIndex(k.cast("i32", each.place)), 0), each.size - 1));
      const element = x.at([n, c, ...index], k);
      const weight = found.reduce<Expression | undefined>(
        (product, each) => (product === undefined ? each.weight : k.mul(product, each.weight)),
        undefined,
      );
      const value = mode === "nearest" ? element : k.mul(element, k.cast(x.scalar, weight!));
      if (padding !== "zeros") return value;
      const inside = found.map((each) => k.and(k.ge(each.place, 0), k.lt(each.place, each.size)));
      return k.select(
        inside.reduce((all, one) => k.and(all, one)),
        value,
        x.scalar === "bool" ? k.constant("bool", false) : 0,
      );
    };
    if (count === 1) return tap(sizes.map(() => k.constant("index", 0)));
    return k.reduceOver("add", new Array<number>(rank).fill(count), k.constant(x.scalar, 0), tap);
  };
  return [{ at }];
};

/** Where the grid points, in elements of X, in f64; rounded to f32 on the way, as the reference does. */
function coordinatesOf(node: LowerNode<GridAttributes>, grid: PointInput, sizes: readonly number[]): PointValue {
  const { align_corners: aligned, mode } = node.attributes;
  const rank = sizes.length;
  const coordinate = (axis: number, place: readonly Expression[], k: PointBuilder): Expression => {
    const position = k.cast("f64", grid.at([...place, k.constant("index", rank - 1 - axis)], k));
    const moved = k.add(position, 1);
    const size = sizes[axis];
    const exact = aligned === 1 ? k.mul(k.div(moved, 2), size - 1) : k.div(k.sub(k.mul(moved, size), 1), 2);
    const rounded = k.let("coordinate", grid.dtype === "f64" ? exact : k.cast("f64", k.cast("f32", exact)));
    const near = mode === "nearest" ? k.let("near", k.round(rounded)) : rounded;
    return inBorders(near, size, node.attributes, k);
  };
  return node.step("f64", [...grid.shape.slice(0, -1), rank], (index, k) => {
    const [axis, place] = [index.at(-1)!, index.slice(0, -1)];
    const from = (first: number): Expression =>
      first === rank - 1
        ? coordinate(first, place, k)
        : k.choose(
            k.eq(axis, first),
            "f64",
            () => coordinate(first, place, k),
            () => from(first + 1),
          );
    return from(0);
  });
}

/** The weight of an element at a distance. */
function weightOf(mode: string, distance: Expression, k: PointBuilder): Expression {
  const away = k.let("away", k.abs(distance));
  if (mode !== "cubic") return k.sub(1, away);
  const near = k.add(k.mul(k.mul(k.sub(k.mul(away, CUBIC_A + 2), CUBIC_A + 3), away), away), 1);
  const far = k.sub(
    k.mul(k.add(k.mul(k.sub(k.mul(away, CUBIC_A), 5 * CUBIC_A), away), 8 * CUBIC_A), away),
    4 * CUBIC_A,
  );
  return k.select(k.le(away, 1), near, k.select(k.lt(away, 2), far, 0));
}

/** A coordinate outside of an axis brought inside as the padding mode says; zeros: left where it is. */
function inBorders(x: Expression, size: number, attributes: GridAttributes, k: PointBuilder): Expression {
  const { padding_mode: padding } = attributes;
  const [low, high] = attributes.align_corners === 1 ? [0, size - 1] : [-0.5, size - 0.5];
  if (padding === "zeros") return x;
  const isInside = k.and(k.ge(x, low), k.le(x, high));
  if (padding === "border") {
    const bounded = k.select(k.eq(x, x), k.min(k.max(x, 0), size - 1), 0);
    return k.select(isInside, x, bounded);
  }
  const zero = k.constant(typeOf(x).scalar, 0);
  const range = high - low;
  if (range === 0) return k.select(isInside, x, zero);
  const isBelow = k.lt(x, low);
  const away = k.let("outside", k.select(isBelow, k.sub(low, x), k.sub(x, high)));
  const turns = k.let("turns", k.floor(k.div(away, range)));
  const rest = k.sub(away, k.mul(turns, range));
  const isEven = k.eq(k.sub(turns, k.mul(k.floor(k.div(turns, 2)), 2)), 0);
  const mirrored = k.select(k.eq(isBelow, isEven), k.add(rest, low), k.sub(high, rest));
  return k.select(isInside, x, k.select(k.lt(k.abs(x), Infinity), mirrored, zero));
}
