import type { Node } from "@hodu/core";
import type { PassGraph } from "../../../rewrite/pass-graph.ts";
import type { Move, MovedSlot, Mover } from "../move.ts";
import { identityOrder, inverseOrder, keepsAmong, type Order, ordersEqual, orderThrough } from "../order.ts";
import {
  axesOf,
  axisOf,
  int64s,
  intAttribute,
  intOf,
  isGiven,
  knownInts,
  ordered,
  rankOf,
  withAttribute,
} from "./parts.ts";
import { moveReshape } from "./reshape.ts";

/** Which axes of input 0 are axes of the output: by axis of the input. */
type Links = readonly (number | undefined)[];

interface Linked {
  readonly from: Order;
  readonly to: Order;
}

/** The orders of input 0 and of the output, one of them given; undefined where the given one cannot be had. */
function linkOrders(links: Links, outputRank: number, { side, number, order }: MovedSlot): Linked | undefined {
  if (side === "input" && number > 0) return undefined;
  const back = identityOrder(outputRank).map((axis) => present(links.indexOf(axis)));
  const from = side === "input" ? order : orderThrough(order, back, links.length);
  const to = orderThrough(from, links, outputRank);
  return side === "input" || ordersEqual(to, order) ? { from, to } : undefined;
}

const present = (axis: number): number | undefined => (axis < 0 ? undefined : axis);

/** The links of an operator that drops axes of its input. */
function linksWithout(dropped: readonly number[], rank: number): Links {
  let next = 0;
  return identityOrder(rank).map((axis) => (dropped.includes(axis) ? undefined : next++));
}

/** Reductions over axes in an input. `isAnyOrder`: not a bit depends on the order of the elements. */
export function moveReduction(isAnyOrder: boolean): Mover {
  return (node, slot, graph) => {
    const rank = rankOf(node.inputs[0], graph);
    if (rank === undefined) return undefined;
    const axes = reducedAxes(node, rank, graph);
    if (axes === undefined) return undefined;
    const keeps = intOf(node, "keepdims", 1) !== 0;
    const links = keeps ? identityOrder(rank) : linksWithout(axes, rank);
    const orders = linkOrders(links, keeps ? rank : rank - axes.length, slot);
    if (orders === undefined || !(isAnyOrder || keepsAmong(orders.from, axes))) return undefined;
    return { ...withAxes(node, orders.from, axes), ...ends(orders) };
  };
}

/** Undefined while the axes are not known, and for none: then nothing may be reduced, or everything. */
function reducedAxes(node: Node, rank: number, graph: PassGraph): readonly number[] | undefined {
  if (!isGiven(node, 1)) return intOf(node, "noop_with_empty_axes", 0) === 0 ? identityOrder(rank) : undefined;
  const axes = knownInts(node, 1, graph);
  return axes === undefined || axes.length === 0 ? undefined : axesOf(axes, rank);
}

/** Squeeze by axes that are known; a Reshape where the dropped axes of 1 would have to move. */
export const moveSqueeze: Mover = (node, slot, graph) => {
  const rank = rankOf(node.inputs[0], graph);
  const axes = rank === undefined ? undefined : axesOf(knownInts(node, 1, graph) ?? [rank], rank);
  if (rank === undefined || axes === undefined) return undefined;
  const orders = linkOrders(linksWithout(axes, rank), rank - axes.length, slot);
  return orders === undefined
    ? moveReshape(node, slot, graph)
    : { ...withAxes(node, orders.from, axes), ...ends(orders) };
};

/** Unsqueeze by axes that are known; a Reshape where the new axes would have to move. */
export const moveUnsqueeze: Mover = (node, slot, graph) => {
  const rank = rankOf(node.outputs[0], graph);
  const axes = rank === undefined ? undefined : axesOf(knownInts(node, 1, graph) ?? [rank], rank);
  if (rank === undefined || axes === undefined) return undefined;
  const links = identityOrder(rank).filter((axis) => !axes.includes(axis));
  const orders = linkOrders(links, rank, slot);
  return orders === undefined
    ? moveReshape(node, slot, graph)
    : { ...withAxes(node, orders.to, axes), ...ends(orders) };
};

/** ArgMax and ArgMin. */
export const moveArgument: Mover = (node, slot, graph) => {
  const rank = rankOf(node.inputs[0], graph);
  const axis = rank === undefined ? undefined : axisOf(intOf(node, "axis", 0), rank);
  if (rank === undefined || axis === undefined) return undefined;
  const keeps = intOf(node, "keepdims", 1) !== 0;
  const orders = linkOrders(keeps ? identityOrder(rank) : linksWithout([axis], rank), keeps ? rank : rank - 1, slot);
  if (orders === undefined) return undefined;
  const attributes = withAttribute(node, intAttribute("axis", inverseOrder(orders.from)[axis]));
  return { attributes, ...ends(orders) };
};

/** Gather: the axes of the indices come in place of one axis, in their own order and next to each other. */
export const moveGather: Mover = (node, slot, graph) => {
  const [rank, indices] = [rankOf(node.inputs[0], graph), rankOf(node.inputs[1], graph)];
  const axis = rank === undefined ? undefined : axisOf(intOf(node, "axis", 0), rank);
  if (rank === undefined || indices === undefined || axis === undefined || indices > 1) return undefined;
  const links = indices === 1 ? identityOrder(rank) : linksWithout([axis], rank);
  const orders = linkOrders(links, rank - 1 + indices, slot);
  if (orders === undefined) return undefined;
  const attributes = withAttribute(node, intAttribute("axis", inverseOrder(orders.from)[axis]));
  return { attributes, ...ends(orders) };
};

const ends = ({ from, to }: Linked): Pick<Move, "inputs" | "outputs"> => ({ inputs: [ordered(from)], outputs: [to] });

/** The axes of input 1 as they are called in an order. */
function withAxes({ attributes }: Node, order: Order, axes: readonly number[]): Pick<Move, "attributes" | "constants"> {
  const places = inverseOrder(order);
  const moved = axes.map((axis) => places[axis]).sort((a, b) => a - b);
  return { attributes, constants: new Map([[1, int64s(moved)]]) };
}
