import { cos } from "../kernel-ir/functions/index.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import { doubles } from "../tensors/elements.ts";
import { castElement } from "./cast-points.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput } from "./contract.ts";
import { axisFrom0, knownShape } from "./known-numbers.ts";

const zero = (scalar: Scalar, k: PointBuilder): Expression => k.constant(scalar, scalar === "bool" ? false : 0);
const one = (scalar: Scalar, k: PointBuilder): Expression => k.constant(scalar, scalar === "bool" ? true : 1);

/** ONNX Trilu: on and above, or on and below, the k-th diagonal. */
export function triluPoints(node: LowerNode<{ readonly upper: number }>): readonly Point[] {
  const [x, diagonal] = node.inputs;
  const at: Point["at"] = (index, k) => {
    const [row, column] = index.slice(-2).map((i) => k.fromIndex("i64", i));
    const first = diagonal === undefined ? row : k.add(row, diagonal.atPosition(k.constant("index", 0), k));
    const isKept = node.attributes.upper === 0 ? k.le(column, first) : k.ge(column, first);
    return k.select(isKept, x!.at(index, k), zero(x!.scalar, k));
  };
  return [{ at }];
}

/** ONNX EyeLike: 1 on the k-th diagonal. */
export function eyeLikePoints(node: LowerNode<{ readonly k: number }>): readonly Point[] {
  const { scalar } = node.outputs[0]!;
  const at: Point["at"] = (index, k) => {
    const [row, column] = index.map((i) => k.fromIndex("i64", i));
    return k.select(k.eq(column, k.add(row, node.attributes.k)), one(scalar, k), zero(scalar, k));
  };
  return [{ at }];
}

/** ONNX OneHot: values[1] where the index is that of the place, else values[0]. */
export function oneHotPoints(node: LowerNode<{ readonly axis: number }>): readonly Point[] {
  const [places, , values] = node.inputs as readonly PointInput[];
  const axis = axisFrom0(node.attributes.axis, places.shape.length + 1);
  const depth = knownShape(node, node.outputs[0]!)[axis];
  const at: Point["at"] = (index, k) => {
    const place = places.at([...index.slice(0, axis), ...index.slice(axis + 1)], k);
    const whole = k.let("whole", castElement("i64", place, k));
    const hot = k.select(k.lt(whole, 0), k.add(whole, depth), whole);
    const isHot = k.eq(hot, k.fromIndex("i64", index[axis]));
    // NaN and infinities would become 0
    const isPlace = isFloatScalar(places.scalar) ? k.and(isHot, k.lt(k.abs(place), 2 ** 53)) : isHot;
    const [off, on] = [0, 1].map((i) => values.at([k.constant("index", i)], k));
    return k.select(isPlace, on, off);
  };
  return [{ at }];
}

/** ONNX ConstantOfShape. */
export function constantOfShapePoints(
  node: LowerNode<{ readonly value: Parameters<typeof doubles>[0] | undefined }>,
): readonly Point[] {
  const { scalar } = node.outputs[0]!;
  const { value } = node.attributes;
  const number = value === undefined ? 0 : doubles(value)[0];
  if (scalar === "i64" && !Number.isSafeInteger(number)) node.cannot("its value is past 2^53");
  const element = (k: PointBuilder): Expression => k.constant(scalar, scalar === "bool" ? number !== 0 : number);
  return [{ at: (_index, k) => element(k), atPosition: (_position, k) => element(k) }];
}

/** ONNX Range: start + i * delta. */
export function rangePoints(node: LowerNode<unknown>): readonly Point[] {
  const [start, , delta] = node.inputs as readonly PointInput[];
  const at: Point["at"] = ([i], k) => {
    const zero = k.constant("index", 0);
    return k.add(start.atPosition(zero, k), k.mul(k.fromIndex(start.scalar, i), delta.atPosition(zero, k)));
  };
  return [{ at }];
}

/** ONNX Dropout where nothing is dropped: the input, and a mask that keeps all. */
export function keepAllPoints(node: LowerNode<unknown>): readonly Point[] {
  const [x, , training] = node.inputs;
  if (training !== undefined && (training.constant === undefined || doubles(training.constant)[0] !== 0))
    node.cannot("it may be in training mode");
  const all = (k: PointBuilder): Expression => k.constant("bool", true);
  const mask: Point = { at: (_index, k) => all(k), atPosition: (_position, k) => all(k) };
  return [copyOf(x!), mask].slice(0, node.outputs.length);
}

const copyOf = (x: PointInput): Point => ({
  at: (index, k) => x.at(index, k),
  atPosition: (position, k) => x.atPosition(position, k),
});

/** ONNX AffineGrid: theta times (x, y, ..., 1), x along the last axis of the grid, each in -1..1. */
export function affineGridPoints(node: LowerNode<{ readonly align_corners: number }>): readonly Point[] {
  const theta = node.inputs[0]!;
  const { scalar } = theta;
  const extents = knownShape(node, node.outputs[0]!).slice(1, -1);
  const isAligned = node.attributes.align_corners === 1;
  const coordinate = (extent: number, place: Expression, k: PointBuilder): Expression => {
    const twice = k.mul(k.fromIndex(scalar, place), 2);
    if (isAligned) return extent === 1 ? k.constant(scalar, -1) : k.sub(k.div(twice, extent - 1), 1);
    return k.sub(k.div(k.add(twice, 1), extent), 1);
  };
  const at: Point["at"] = (index, k) => {
    const [n, row] = [index[0], index.at(-1)!];
    const rank = extents.length;
    return extents.reduce(
      (sum, extent, axis) => {
        const factor = theta.at([n, row, k.constant("index", rank - 1 - axis)], k);
        return k.add(sum, k.mul(factor, coordinate(extent, index[axis + 1], k)));
      },
      theta.at([n, row, k.constant("index", rank)], k),
    );
  };
  return [{ at }];
}

/** The lowering of a window of cosines: the sum of factors[i] * cos(i * angle), in f64; a period is the output, or one less. */
export function windowPoints(factors: readonly number[]): Lowering<{ readonly periodic: number }> {
  return (node) => {
    const { scalar } = node.outputs[0]!;
    if (!isFloatScalar(scalar)) node.cannot("it has no kernel for integers");
    const [size] = knownShape(node, node.outputs[0]!);
    const period = node.attributes.periodic !== 0 ? size : size - 1;
    const at: Point["at"] = ([i], k) => {
      const place = k.fromIndex("f64", i);
      const angle = period === 0 ? k.constant("f64", Math.PI) : k.div(k.mul(place, 2 * Math.PI), period);
      const terms = factors.slice(1).map((factor, n) => k.mul(cos(k, k.let("angle", k.mul(angle, n + 1))), factor));
      return k.cast(
        scalar,
        terms.reduce((sum, term) => k.add(sum, term), k.constant("f64", factors[0])),
      );
    };
    return [{ at }];
  };
}
