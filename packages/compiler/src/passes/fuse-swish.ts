import { scalar } from "@hodu/core";
import { add, anyNumber, div, mul, node, number, type NodePattern, reciprocal, value } from "./patterns/pattern.ts";
import { type Fusion, fusionPass, haveSameFloatType } from "./patterns/fusion-pass.ts";
import type { Match } from "./patterns/match-pattern.ts";

const x = value("x");
const sigmoidOfX = node("Sigmoid", [x]);
/** 1 + e^-x. */
const denominator = add(node("Exp", [node("Neg", [x])]), number(1));

function fusion(
  name: string,
  op: string,
  pattern: NodePattern,
  attributes?: (match: Match) => { alpha: number },
): Fusion {
  return {
    name,
    pattern,
    replace(match, graph, root) {
      const data = match.values.get("x")!;
      if (!haveSameFloatType(data, root.outputs[0], graph)) return undefined;
      return { op, inputs: [data], attributes: attributes?.(match) ?? {} };
    },
  };
}

const alphaOf = ({ numbers }: Match): { alpha: number } => ({ alpha: scalar(numbers.get("alpha")!.tensor) });

/** Swish for x sigmoid(alpha x), Sigmoid for 1 / (1 + e^-x), Mish for x tanh(softplus(x)). */
export const fuseSwish = fusionPass("fuse-swish", "transcendental", [
  fusion("Sigmoid+Mul", "Swish", mul(x, sigmoidOfX)),
  fusion("Sigmoid+Mul", "Swish", mul(x, node("Sigmoid", [mul(x, anyNumber("alpha"))])), alphaOf),
  fusion("Exp+Div+Mul", "Swish", mul(x, reciprocal(denominator))),
  fusion("Exp+Div", "Swish", div(x, denominator)),
  fusion("Softplus+Tanh+Mul", "Mish", mul(x, node("Tanh", [node("Softplus", [x])]))),
  fusion("Exp+Div", "Sigmoid", div(number(1), denominator)),
  fusion("Exp+Div", "Sigmoid", node("Reciprocal", [denominator])),
]);
