import { type Dim, dimsEqual } from "@hodu/core";
import type { Mover } from "../move.ts";
import { identityOrder, type Order, orderThrough } from "../order.ts";
import { int64s, ordered } from "./parts.ts";

/** Axes of two shapes that hold the same elements in the same order; axes of 1 belong to no group. */
interface Group {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Reshape and Flatten: groups of axes that are split or merged move as one. At most one dim is a symbol. */
export const moveReshape: Mover = (node, { side, number, order }, graph) => {
  const [from, to] = [graph.shapeOf(node.inputs[0]), graph.shapeOf(node.outputs[0])];
  if (from === undefined || to === undefined || (side === "input" && number > 0)) return undefined;
  const groups = groupAxes(from, to);
  if (groups === undefined) return undefined;
  const given = side === "input" ? order : orderOver(groups, "to", "from", order, from.length);
  const moved = side === "output" ? order : orderOver(groups, "from", "to", order, to.length);
  if (given === undefined || moved === undefined) return undefined;
  const target = moved.map((axis) => (typeof to[axis] === "number" ? to[axis] : -1));
  if (target.indexOf(-1) !== target.lastIndexOf(-1)) return undefined;
  const attributes = node.attributes.filter(({ name }) => name !== "allowzero" && name !== "axis");
  return {
    op: "Reshape",
    inputs: [ordered(given)],
    outputs: [moved],
    attributes,
    constants: new Map([[1, int64s(target)]]),
  };
};

/** The smallest groups of axes with equal products; undefined where a dim is 0, or a symbol without its like. */
function groupAxes(from: readonly Dim[], to: readonly Dim[]): readonly Group[] | undefined {
  const rest = { from: realAxes(from), to: realAxes(to) };
  const groups: Group[] = [];
  while (rest.from.length > 0 && rest.to.length > 0) {
    const group = { from: [rest.from.shift()!], to: [rest.to.shift()!] };
    let [left, right] = [from[group.from[0]], to[group.to[0]]];
    while (!dimsEqual(left, right)) {
      if (typeof left !== "number" || typeof right !== "number" || left === 0 || right === 0) return undefined;
      const side = left < right ? "from" : "to";
      const next = rest[side].shift();
      const dim = next === undefined ? undefined : (side === "from" ? from : to)[next];
      if (next === undefined || typeof dim !== "number") return undefined;
      group[side].push(next);
      if (side === "from") left *= dim;
      else right *= dim;
    }
    groups.push(group);
  }
  return rest.from.length + rest.to.length === 0 ? groups : undefined;
}

const realAxes = (shape: readonly Dim[]): number[] => [...shape.keys()].filter((axis) => shape[axis] !== 1);

/** The order of one shape's axes that follows from that of the other's, axes of 1 at their places; undefined where a group is torn apart. */
function orderOver(
  groups: readonly Group[],
  given: "from" | "to",
  wanted: "from" | "to",
  order: Order,
  rank: number,
): Order | undefined {
  const real = order.filter((axis) => groups.some((group) => group[given].includes(axis)));
  const axes: number[] = [];
  for (let at = 0; at < real.length; ) {
    const group = groups.find((each) => each[given][0] === real[at]);
    if (group === undefined || group[given].some((axis, i) => real[at + i] !== axis)) return undefined;
    axes.push(...group[wanted]);
    at += group[given].length;
  }
  return orderThrough(identityOrder(axes.length), axes, rank);
}
