import { attributeOf, type Node, numbers, type Tensor } from "@hodu/core";
import type { PassGraph } from "../../../rewrite/pass-graph.ts";
import type { Mover } from "../move.ts";
import { identityOrder, inverseOrder, keepsAmong } from "../order.ts";
import { axesOf, int64s, intsAttribute, isGiven, knownInts, ordered, withAttribute } from "./parts.ts";

/** Moves an operator that names the axes it works along in an input; `otherwise`: those that it means without. */
function moveByAxes(
  input: number,
  otherwise: (node: Node, rank: number, graph: PassGraph) => readonly number[] | undefined,
): Mover {
  return (node, { side, number, order }, graph) => {
    if (side === "input" && number > 0) return undefined;
    const given = isGiven(node, input) ? knownInts(node, input, graph) : otherwise(node, order.length, graph);
    const axes = given && axesOf(given, order.length);
    if (axes === undefined) return undefined;
    const places = inverseOrder(order);
    const constants = new Map([[input, int64s(axes.map((axis) => places[axis]))]]);
    return { inputs: [ordered(order)], outputs: [order], attributes: node.attributes, constants };
  };
}

/** Slice: without axes the first ones, as many as there are starts. */
export const moveSlice = moveByAxes(3, (node, rank, graph) => {
  const [count] = graph.shapeOf(node.inputs[1]) ?? [];
  return typeof count === "number" && count <= rank ? identityOrder(count) : undefined;
});

/** Pad: without axes all. */
export const movePad = moveByAxes(3, (_, rank) => identityOrder(rank));

/** Expand and Tile: one number for each axis. */
export const moveByNumbers: Mover = (node, { side, number, order }, graph) => {
  const values = knownInts(node, 1, graph);
  if (values?.length !== order.length || graph.shapeOf(node.inputs[0])?.length !== order.length) return undefined;
  if (side === "input" && number > 0) return undefined;
  const constants = new Map<number, Tensor>([[1, int64s(order.map((axis) => values[axis]))]]);
  return { inputs: [ordered(order)], outputs: [order], attributes: node.attributes, constants };
};

/** Resize: its scales, sizes and region stay, and name their axes. Weighted sums go from axis to axis, so the resized ones keep their order. */
export const moveResize: Mover = (node, { side, number, order }, graph) => {
  if (side === "input" && number > 0) return undefined;
  const stated = attributeOf(node, "axes");
  const axes = axesOf(stated?.kind === "ints" ? stated.value.map(Number) : identityOrder(order.length), order.length);
  const mode = attributeOf(node, "mode");
  const isNearest = mode === undefined || mode.value === "nearest";
  if (axes === undefined || !(isNearest || keepsAmong(order, resizedAxes(node, axes, graph)))) return undefined;
  const places = inverseOrder(order);
  const attributes = withAttribute(
    node,
    intsAttribute(
      "axes",
      axes.map((axis) => places[axis]),
    ),
  );
  return { inputs: [ordered(order)], outputs: [order], attributes };
};

/** The axes that are not known to stay as they are. */
function resizedAxes(node: Node, axes: readonly number[], graph: PassGraph): readonly number[] {
  const scales = isGiven(node, 2) ? graph.constantOf(node.inputs[2]) : undefined;
  const factors = scales && numbers(scales);
  return factors === undefined ? axes : axes.filter((_, i) => factors[i] !== 1);
}
