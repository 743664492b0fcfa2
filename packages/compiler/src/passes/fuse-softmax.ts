import type { Node } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { div, mul, node, type NodePattern, reciprocal, sub, value } from "./patterns/pattern.ts";
import { type Fusion, fusionPass, haveSameFloatType } from "./patterns/fusion-pass.ts";
import { axesOf, reduction } from "./patterns/reduction.ts";

const x = value("x");
/** What lies below the largest. Without it e^x could overflow where Softmax does not. */
const below = sub(x, reduction("ReduceMax", x, "max"));
const exponential = node("Exp", [below]);
const sum = reduction("ReduceSum", exponential, "sum");

function fusion(name: string, op: string, pattern: NodePattern): Fusion {
  return {
    name,
    pattern,
    replace({ values, named }, graph, root) {
      const data = values.get("x")!;
      const axis = commonAxis([named.get("max")!, named.get("sum")!], graph);
      if (axis === undefined || !haveSameFloatType(data, root.outputs[0], graph)) return undefined;
      return { op, inputs: [data], attributes: { axis } };
    },
  };
}

/** The one axis of all reductions. */
function commonAxis(reductions: readonly Node[], graph: PassGraph): number | undefined {
  const [axes, ...others] = reductions.map((one) => axesOf(one, graph));
  const isCommon = others.every((other) => other?.join() === axes?.join());
  return isCommon && axes?.length === 1 ? axes[0] : undefined;
}

/** Softmax for e^(x - max) / sum(e^(x - max)), LogSoftmax for (x - max) - log(sum(e^(x - max))). */
export const fuseSoftmax = fusionPass("fuse-softmax", "reduction", [
  fusion("Exp+ReduceSum+Div", "Softmax", div(exponential, sum)),
  fusion("Exp+ReduceSum+Div", "Softmax", mul(exponential, reciprocal(sum))),
  fusion("Exp+ReduceSum+Log+Sub", "LogSoftmax", sub(below, node("Log", [sum]))),
]);
