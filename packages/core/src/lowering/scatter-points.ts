import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Point, PointBuilder, PointInput } from "./contract.ts";
import { placeFrom } from "./gather-points.ts";
import { axisFrom0, knownShape } from "./known-numbers.ts";
import { withPlace } from "./moved-points.ts";
import { indexAt, positionOf } from "./positions.ts";

interface ScatterAttributes {
  readonly reduction: string;
}

/** An element and an update of it; of bools sums are "or", products "and". */
function combined(
  reduction: string,
  old: Expression,
  update: Expression,
  isBool: boolean,
  k: PointBuilder,
): Expression {
  if (isBool) return reduction === "add" || reduction === "max" ? k.or(old, update) : k.and(old, update);
  return k[reduction as "add" | "max" | "min" | "mul"](old, update);
}

/** The elements of input 0, and over them those of input 2 at places. */
function scatterPoint(
  { inputs, attributes: { reduction } }: LowerNode<ScatterAttributes>,
  place: (index: readonly Expression[], k: PointBuilder) => readonly Expression[],
): Point {
  const [data, , updates] = inputs as readonly PointInput[];
  return {
    at: (index, k) => data.at(index, k),
    atPosition: (position, k) => data.atPosition(position, k),
    updates: {
      extents: updates.shape,
      at: (index, k) => ({
        place: place(index, k),
        value(old) {
          const update = updates.at(index, k);
          return reduction === "none" ? update : combined(reduction, old(), update, data.scalar === "bool", k);
        },
      }),
    },
  };
}

/** ONNX ScatterElements. */
export function scatterElementsPoints(
  node: LowerNode<ScatterAttributes & { readonly axis: number }>,
): readonly Point[] {
  const [data, places] = node.inputs as readonly PointInput[];
  const axis = axisFrom0(node.attributes.axis, data.shape.length);
  const length = knownShape(node, data)[axis];
  return [scatterPoint(node, (index, k) => withPlace(index, axis, placeFrom(places.at(index, k), length, k)))];
}

/** ONNX ScatterND. */
export function scatterNdPoints(node: LowerNode<ScatterAttributes>): readonly Point[] {
  const [data, places] = node.inputs as readonly PointInput[];
  const shape = knownShape(node, data);
  const size = knownShape(node, places).at(-1)!;
  const rank = places.shape.length - 1;
  return [
    scatterPoint(node, (index, k) => {
      const tuple = Array.from({ length: size }, (_, i) =>
        placeFrom(places.at([...index.slice(0, rank), k.constant("index", i)], k), shape[i], k),
      );
      return [...tuple, ...index.slice(rank)];
    }),
  ];
}

/** ONNX TensorScatter: what lies behind the write index of a sample, round the end if circular, comes from the update. */
export function tensorScatterPoints(
  node: LowerNode<{ readonly axis: number; readonly mode: string }>,
): readonly Point[] {
  const [past, update, places] = node.inputs as readonly [PointInput, PointInput, PointInput | undefined];
  const axis = axisFrom0(node.attributes.axis, past.shape.length);
  const [length, count] = [knownShape(node, past)[axis], knownShape(node, update)[axis]];
  const first = (sample: Expression, k: PointBuilder): Expression => {
    if (places === undefined) return k.constant("index", 0);
    const given = k.let("given", places.at([sample], k));
    if (node.attributes.mode !== "circular") {
      k.guard(k.and(k.ge(given, 0), k.le(given, length - count)));
      return k.toIndex(given);
    }
    const rest = k.let("rest", k.rem(given, length));
    return placeFrom(k.let("first", k.select(k.lt(rest, 0), k.add(rest, length), rest)), length, k);
  };
  const at: Point["at"] = (index, k) => {
    if (length === 0 || count === 0) return past.at(index, k);
    const behind = k.sub(k.add(index[axis], length), first(index[0], k));
    const place = k.rem(behind, length);
    return k.choose(
      k.lt(place, count),
      past.scalar,
      () => update.at(withPlace(index, axis, place), k),
      () => past.at(index, k),
    );
  };
  return [{ at }];
}

/** ONNX MaxUnpool: zeros, and elements at the positions of input 1 in a result of `shape`, which may be part of a larger one. */
export function maxUnpoolPoints(node: LowerNode<unknown>, shape: readonly number[]): readonly Point[] {
  const [x, places] = node.inputs as readonly PointInput[];
  const result = knownShape(node, node.outputs[0]!);
  const count = shape.reduce((total, dim) => total * dim, 1);
  const zero = (k: PointBuilder): Expression => k.constant(x.scalar, 0);
  const flat = node.step(x.scalar, [count], {
    at: (_index, k) => zero(k),
    updates: {
      extents: x.shape,
      at(index, k) {
        const place = placeFrom(k.let("given", k.cast("u64", places.at(index, k))), count, k);
        indexAt(place, shape).forEach((i, axis) => {
          if (shape[axis] > result[axis]) k.guard(k.lt(i, result[axis]));
        });
        return { place: [place], value: () => x.at(index, k) };
      },
    },
  });
  const inside = (index: readonly Expression[], k: PointBuilder): Expression | undefined =>
    index
      .flatMap((i, axis) => (result[axis] > shape[axis] ? [k.lt(i, shape[axis])] : []))
      .reduce<Expression | undefined>((all, one) => (all === undefined ? one : k.and(all, one)), undefined);
  const at: Point["at"] = (index, k) => {
    const own = (): Expression => flat.atPosition(positionOf(index, shape), k);
    const condition = inside(index, k);
    return condition === undefined ? own() : k.choose(condition, x.scalar, own, () => zero(k));
  };
  return [{ at }];
}
