import type { Mover } from "../move.ts";
import { identityOrder, isIdentityOrder } from "../order.ts";
import { intAttribute, intOf, ordered, rankOf, withAttribute } from "./parts.ts";

/** MatMul: the axes before the last two. */
export const moveMatMul: Mover = (node, { order }, graph) => {
  const [left, right] = node.inputs.map((name) => rankOf(name, graph));
  const rank = order.length;
  if (rank < 3 || order[rank - 1] !== rank - 1 || order[rank - 2] !== rank - 2) return undefined;
  // an operand without axes before the last two is the same for all
  if ([left, right].some((own) => own !== rank && own !== 2)) return undefined;
  const inputs = [left, right].map((own) => (own === rank ? ordered(order) : undefined));
  return { inputs, outputs: [order], attributes: node.attributes };
};

/** Gemm reads A and B either way. */
export const moveGemm: Mover = (node, { side, number, order }) => {
  if (side === "output" || number > 1 || isIdentityOrder(order)) return undefined;
  const name = number === 0 ? "transA" : "transB";
  const flipped = intAttribute(name, intOf(node, name, 0) === 0 ? 1 : 0);
  const inputs = [0, 1].map((input) => ordered(input === number ? order : identityOrder(2)));
  return { inputs, outputs: [undefined], attributes: withAttribute(node, flipped) };
};
