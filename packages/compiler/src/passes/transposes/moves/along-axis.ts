import { attributeOf, tensorFrom } from "@hodu/core";
import type { Mover } from "../move.ts";
import { inverseOrder } from "../order.ts";
import { axisOf, intAttribute, intOf, knownInts, ordered, rankOf, withAttribute } from "./parts.ts";

/** Operators along one axis, an attribute, that all its values share: which inputs are data, and the axis by default. */
interface AlongAxis {
  readonly data: "all" | number;
  readonly axis: number;
}

/** Moves an operator with an attribute `axis` whose data inputs and outputs have one rank. */
export function moveAlongAxis({ data, axis: byDefault }: AlongAxis): Mover {
  return (node, { side, number, order }) => {
    const axis = axisOf(intOf(node, "axis", byDefault), order.length);
    const count = data === "all" ? node.inputs.length : data;
    if (axis === undefined || (side === "input" && number >= count)) return undefined;
    const moved = inverseOrder(order)[axis];
    return {
      inputs: node.inputs.map((_, i) => (i < count ? ordered(order) : undefined)),
      outputs: node.outputs.map(() => order),
      attributes: withAttribute(node, intAttribute("axis", moved)),
    };
  };
}

/** QuantizeLinear and DequantizeLinear: by tensor, or by element of an axis; not by block. */
export const moveQuantizer: Mover = (node, slot, graph) => {
  if (intOf(node, "block_size", 0) !== 0 || (slot.side === "input" && slot.number > 0)) return undefined;
  const scale = rankOf(node.inputs[1], graph);
  if (scale === undefined || scale > 1) return undefined;
  if (scale === 1) return moveAlongAxis({ data: 1, axis: 1 })(node, slot, graph);
  return { inputs: [ordered(slot.order)], outputs: [slot.order], attributes: node.attributes };
};

/** CumSum, CumProd: the axis is an input. */
export const moveCumulation: Mover = (node, { side, number, order }, graph) => {
  const [axis] = knownInts(node, 1, graph) ?? [];
  const counted = axis === undefined ? undefined : axisOf(axis, order.length);
  if (counted === undefined || (side === "input" && number > 0)) return undefined;
  const constant = tensorFrom("i64", [], [inverseOrder(order)[counted]]);
  const { attributes } = node;
  return { inputs: [ordered(order)], outputs: [order], attributes, constants: new Map([[1, constant]]) };
};

/** Normalisations of all axes from `axis` on: these have to stay, as their parameters lie along them; and no statistics are wanted. */
export const moveRowNormalization: Mover = (node, { side, number, order }) => {
  const axis = axisOf(intOf(node, "axis", -1), order.length);
  const hasStatistics = node.outputs.slice(1).some((name) => name !== "");
  if (axis === undefined || hasStatistics || (side === "input" && number > 0)) return undefined;
  if (order.some((from, to) => to >= axis && from !== to)) return undefined;
  const attributes =
    attributeOf(node, "axis") === undefined ? node.attributes : withAttribute(node, intAttribute("axis", axis));
  return { inputs: [ordered(order)], outputs: [order], attributes };
};
