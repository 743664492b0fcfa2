import type { Node } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { epsilonOf } from "./fuse-layer-norm.ts";
import { isWeightOver, onesOver } from "./patterns/affine-parts.ts";
import { type Fusion, fusionPass, haveSameFloatType, type Replacement } from "./patterns/fusion-pass.ts";
import type { Match } from "./patterns/match-pattern.ts";
import { add, anyNumber, div, either, mul, node, type NodePattern, number } from "./patterns/pattern.ts";
import { reciprocal, square, value } from "./patterns/pattern.ts";
import { axesOf, firstOfLast, reduction } from "./patterns/reduction.ts";

const [x, scale] = ["x", "scale"].map(value);
const shifted = add(reduction("ReduceMean", square(x), "mean"), anyNumber("epsilon"));
const root = either(node("Sqrt", [shifted]), node("Pow", [shifted, number(0.5)]));
const inverse = either(reciprocal(root), node("Pow", [shifted, number(-0.5)]));
const bare = [div(x, root), mul(x, inverse)];
const scaledForms = [mul(either(...bare), scale), mul(x, mul(inverse, scale))];

const fusionOf = (pattern: NodePattern): Fusion => ({ name: "RMSNorm", pattern, replace });

function replace(match: Match, graph: PassGraph, last: Node): Replacement | undefined {
  const [data, scaleValue] = [match.values.get("x")!, match.values.get("scale")];
  const axes = axesOf(match.named.get("mean")!, graph);
  const axis = axes && firstOfLast(axes, graph.shapeOf(data)!.length);
  const epsilon = epsilonOf(match);
  if (axis === undefined || epsilon === undefined || !haveSameFloatType(data, last.outputs[0], graph)) return undefined;
  const attributes = { axis, epsilon };
  if (scaleValue !== undefined) {
    if (!isWeightOver(scaleValue, data, graph)) return undefined;
    return { op: "RMSNormalization", inputs: [data, scaleValue], attributes };
  }
  const ones = onesOver(data, axis, graph);
  if (ones === undefined) return undefined;
  const name = graph.fresh(`${last.name}_scale`);
  return { op: "RMSNormalization", inputs: [data, name], attributes, weights: [{ name, value: ones }] };
}

/** RMSNormalization for x / sqrt(mean(x^2) + epsilon), with or without a scale. */
export const fuseRmsNorm = fusionPass("fuse-rms-norm", "reduction", [...scaledForms, ...bare].map(fusionOf));
