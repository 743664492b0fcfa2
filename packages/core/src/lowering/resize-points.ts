import { isInteger, integerRange, isBig } from "../dtypes/dtypes.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import { tensorFrom } from "../tensors/elements.ts";
import {
  type AxisScale,
  coordinateOf,
  type Filter,
  isIdentity,
  isOutside,
  nearestTo,
  weightsOf,
} from "../operators/vision/resampling.ts";
import type { LowerNode, Point, PointBuilder, PointValue } from "./contract.ts";
import { withPlace } from "./moved-points.ts";

/** What stands for elements outside of the input. */
interface Outside {
  readonly extrapolation_value: number;
}

/** A place of a table, as an index below `size`. */
const placeOf = (table: PointValue, at: readonly Expression[], size: number, k: PointBuilder): Expression =>
  k.min(k.max(k.toIndex(table.at(at, k)), 0), size - 1);

/** Copies of the nearest elements. ONNX Resize, mode nearest. */
export function nearestPoints(
  node: LowerNode<Outside & { readonly coordinate_transformation_mode: string; readonly nearest_mode: string }>,
  plan: readonly AxisScale[],
): readonly Point[] {
  const x = node.inputs[0]!;
  const { coordinate_transformation_mode: mode, nearest_mode: rounding, extrapolation_value: value } = node.attributes;
  const moved = plan.filter((scale) => !isIdentity(scale, mode));
  const tables = moved.map((scale) => {
    const at = Array.from({ length: scale.to }, (_, o) => coordinateOf(scale, mode)(o));
    const isOut = (place: number): boolean => mode === "tf_crop_and_resize" && isOutside(place, scale.from);
    const places = at.map((place) => (isOut(place) ? -1 : nearestTo(place, scale.from, rounding)));
    return { places: node.constant(tensorFrom("i32", [scale.to], places)), isPartial: places.includes(-1) };
  });
  if (tables.some(({ isPartial }) => isPartial) && !fits(value, x.scalar)) node.cannot("elements are not of its type");
  const at: Point["at"] = (index, k) => {
    const inside = tables.flatMap(({ places, isPartial }, i) =>
      isPartial ? [k.ge(places.at([index[moved[i].axis]], k), 0)] : [],
    );
    const element = (): Expression =>
      x.at(
        tables.reduce<readonly Expression[]>((places, table, i) => {
          const { axis, from } = moved[i];
          return withPlace(places, axis, placeOf(table.places, [index[axis]], from, k));
        }, index),
        k,
      );
    if (inside.length === 0) return element();
    return k.choose(
      inside.reduce((all, one) => k.and(all, one)),
      x.scalar,
      element,
      () => k.constant(x.scalar, x.scalar === "bool" ? value !== 0 : value),
    );
  };
  return [{ at }];
}

const fits = (value: number, scalar: Scalar): boolean => isFloatScalar(scalar) || Number.isInteger(value);

/** Weighted sums along one axis after another, those first that shrink most; integers in f64, rounded once. ONNX Resize. */
export function resampledPoints(
  node: LowerNode<Outside>,
  plan: readonly AxisScale[],
  filter: Filter,
): readonly Point[] {
  const x = node.inputs[0]!;
  const scalar = isFloatScalar(x.scalar) ? x.scalar : "f64";
  const wide: PointValue =
    scalar === x.scalar ? x : node.step(scalar, x.shape, (index, k) => k.cast(scalar, x.at(index, k)));
  const value = plan
    .toSorted((a, b) => a.to * b.from - b.to * a.from)
    .filter((scale) => !isIdentity(scale, filter.mode))
    .reduce((from, scale) => alongAxis(node, from, scale, filter), wide);
  const { dtype } = x;
  if (scalar === x.scalar) return [value];
  const range = isInteger(dtype) ? integerRange(dtype) : { min: 0n, max: 1n };
  // the largest i64 and u64 are no doubles: the next one below is
  const most = Number(range.max) - (isBig(dtype) ? 2 ** (dtype === "i64" ? 10 : 11) : 0);
  const at: Point["at"] = (index, k) => {
    const whole = k.round(value.at(index, k));
    return k.cast(x.scalar, k.min(k.max(whole, Number(range.min)), most));
  };
  return [{ at }];
}

/** A value with one axis resampled. */
function alongAxis(node: LowerNode<Outside>, x: PointValue, scale: AxisScale, filter: Filter): PointValue {
  const { axis, from, to } = scale;
  const { taps, indices, weights, outside } = tablesOf(scale, filter);
  const places = node.constant(tensorFrom("i32", [to, taps], Array.from(indices)));
  const factors = node.constant(tensorFrom(x.scalar === "f64" ? "f64" : "f32", [to, taps], Array.from(weights)));
  const isOut = outside.includes(1) ? node.constant(tensorFrom("bool", [to], Array.from(outside))) : undefined;
  const shape = x.shape.map((dim, i) => (i === axis ? to : dim));
  return node.step(x.scalar, shape, (index, k) => {
    const mixed = (): Expression =>
      k.reduceOver("add", [taps], k.constant(x.scalar, 0), ([tap]) => {
        const place = placeOf(places, [index[axis], tap], from, k);
        return k.mul(factors.at([index[axis], tap], k), x.at(withPlace(index, axis, place), k));
      });
    if (isOut === undefined) return mixed();
    const value = k.constant(x.scalar, node.attributes.extrapolation_value);
    return k.choose(isOut.at([index[axis]], k), x.scalar, () => value, mixed);
  });
}

function tablesOf(scale: AxisScale, filter: Filter) {
  const steps = weightsOf(scale, filter, { reserve: () => {} });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
