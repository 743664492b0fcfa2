import type { Expression } from "../kernel-ir/types.ts";
import type { Lowering, Point, PointBuilder, PointValue } from "./contract.ts";
import { axisFrom0, knownNumbers, knownShape } from "./known-numbers.ts";
import { withPlace } from "./moved-points.ts";

interface CumulativeAttributes {
  readonly exclusive: number;
  readonly reverse: number;
}

/** The lowering of a running total along the axis that input 1 names: each is the one before it and an element. */
export function cumulativePoints(combine: "add" | "mul", start: number): Lowering<CumulativeAttributes> {
  return (node) => {
    const x = node.inputs[0]!;
    const axis = axisFrom0(knownNumbers(node, 1, "axis")![0], x.shape.length);
    const length = knownShape(node, x)[axis];
    const { exclusive, reverse } = node.attributes;
    const turned = (index: readonly Expression[], k: PointBuilder): readonly Expression[] =>
      reverse === 0 ? index : withPlace(index, axis, k.sub(length - 1, index[axis]));
    const first = (k: PointBuilder): Expression => k.constant(x.scalar, start);
    const before = (index: readonly Expression[], k: PointBuilder): Expression =>
      k.choose(
        k.gt(index[axis], 0),
        x.scalar,
        () => totals.at(withPlace(index, axis, k.sub(index[axis], 1)), k),
        () => first(k),
      );
    const totals: PointValue = node.step(x.scalar, x.shape, {
      inOrder: axis + 1,
      at: (index, k) => k[combine](before(index, k), x.at(turned(index, k), k)),
    });
    if (exclusive === 0 && reverse === 0) return [totals];
    const at: Point["at"] = (index, k) => {
      const own = turned(index, k);
      return exclusive === 0 ? totals.at(own, k) : before(own, k);
    };
    return [{ at }];
  };
}
