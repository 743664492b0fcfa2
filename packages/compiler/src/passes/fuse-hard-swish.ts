import { attributeOf, type Node } from "@hodu/core";
import { add, either, mul, node, number, type NodePattern, scaled, value } from "./patterns/pattern.ts";
import { type Fusion, fusionPass, haveSameFloatType } from "./patterns/fusion-pass.ts";

const x = value("x");

/** x + 3, cut off at 0 and 6. */
const cut = add(x, number(3));
const relu6 = either(
  node("Clip", [cut, number(0), number(6)]),
  node("Min", [node("Relu", [cut]), number(6)]),
  node("Min", [node("Max", [cut, number(0)]), number(6)]),
);

/** HardSigmoid of the slope 1 / 6 and the offset 1 / 2. */
const hardSigmoid = node("HardSigmoid", [x], { where: hasSlopeOfSixth });

function hasSlopeOfSixth(one: Node): boolean {
  const [alpha, beta] = [attributeOf(one, "alpha"), attributeOf(one, "beta")];
  const isSixth = alpha?.kind === "float" && Math.abs(alpha.value - 1 / 6) < 2 ** -24;
  return isSixth && (beta === undefined || beta.value === 0.5);
}

function fusion(name: string, op: string, pattern: NodePattern, attributes = {}): Fusion {
  return {
    name,
    pattern,
    replace({ values }, graph, root) {
      const data = values.get("x")!;
      return haveSameFloatType(data, root.outputs[0], graph) ? { op, inputs: [data], attributes } : undefined;
    },
  };
}

const SIXTH = { alpha: 1 / 6, beta: 0.5 };

/** HardSwish for x relu6(x + 3) / 6 and x hard-sigmoid(x), HardSigmoid for relu6(x + 3) / 6. */
export const fuseHardSwish = fusionPass("fuse-hard-swish", "rounding", [
  fusion("HardSigmoid+Mul", "HardSwish", mul(x, hardSigmoid)),
  fusion("Add+Clip+Mul+Div", "HardSwish", mul(x, scaled(relu6, 1 / 6))),
  fusion("Add+Clip+Mul+Div", "HardSwish", mul(mul(x, relu6), number(1 / 6))),
  fusion("Add+Clip+Mul+Div", "HardSwish", mul(scaled(x, 1 / 6), relu6)),
  fusion("Add+Clip+Mul+Div", "HardSwish", node("Div", [mul(x, relu6), number(6)])),
  fusion("Add+Clip+Div", "HardSigmoid", node("Div", [relu6, number(6)]), SIXTH),
  fusion("Add+Clip+Div", "HardSigmoid", mul(relu6, number(1 / 6)), SIXTH),
]);
