import type { PassGraph } from "../../../rewrite/pass-graph.ts";
import type { InputMove, Mover } from "../move.ts";
import { identityOrder, type Order } from "../order.ts";
import { ordered } from "./parts.ts";

/** Operators that compute each element from those at its place. */
export const ELEMENTWISE: readonly string[] =
  `Abs Acos Acosh Add And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr
  BitwiseXor Cast Ceil Celu Clip Cos Cosh Div Elu Equal Erf Exp Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish Identity IsInf
  IsNaN LeakyRelu Less LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin
  Sinh Softplus Softsign Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu Where Xor`.split(/\s+/);

/** All values of the node's rank in one order; those of lower rank get axes in front, unless they have one element or lie along axes that stay. */
export const moveElementwise: Mover = (node, { order }, graph) => {
  const inputs: InputMove[] = [];
  for (const name of node.inputs) {
    const move = operandMove(name, order, graph);
    if (move === false) return undefined;
    inputs.push(move);
  }
  return { inputs, outputs: [order], attributes: node.attributes };
};

/** CastLike: the second input only gives its type. */
export const moveFirstInput: Mover = (node, { side, number, order }) =>
  side === "input" && number > 0
    ? undefined
    : { inputs: [ordered(order)], outputs: [order], attributes: node.attributes };

/** False where the rank is not known, or above that of the order. */
function operandMove(name: string, order: Order, graph: PassGraph): InputMove | false {
  const shape = name === "" ? [] : graph.shapeOf(name);
  if (shape === undefined || shape.length > order.length) return false;
  if (shape.length === order.length) return ordered(order);
  const trailing = identityOrder(order.length).slice(order.length - shape.length);
  if (shape.every((dim) => dim === 1) || trailing.every((axis) => order[axis] === axis)) return undefined;
  return { kind: "expanded", order };
}
