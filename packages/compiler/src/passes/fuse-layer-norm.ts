import { type Node, scalar } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { isWeightOver, onesOver } from "./patterns/affine-parts.ts";
import { add, anyNumber, div, either, mul, node, type NodePattern, number } from "./patterns/pattern.ts";
import { reciprocal, square, sub, value } from "./patterns/pattern.ts";
import { type Fusion, fusionPass, haveSameFloatType, type Replacement } from "./patterns/fusion-pass.ts";
import type { Match } from "./patterns/match-pattern.ts";
import { axesOf, firstOfLast, reduction } from "./patterns/reduction.ts";

const [x, scale, bias] = ["x", "scale", "bias"].map(value);
const mean = reduction("ReduceMean", x, "mean");
const centered = sub(x, mean);
const shifted = add(reduction("ReduceMean", square(centered), "variance"), anyNumber("epsilon"));
const deviation = either(node("Sqrt", [shifted]), node("Pow", [shifted, number(0.5)]));
const inverse = either(reciprocal(deviation), node("Pow", [shifted, number(-0.5)]));

/** Centered and divided by the deviation; the last of the nodes is a Div or a Mul. */
const bare = [div(centered, deviation), mul(centered, inverse)];
const normal = either(...bare);
const slope = mul(inverse, scale);

const scaledForms = [mul(normal, scale), mul(centered, slope), div(mul(centered, scale), deviation)];
const biasedForms = [
  add(either(...scaledForms), bias),
  // x * slope + (bias - mean * slope), as TensorFlow writes it
  add(mul(x, slope), sub(bias, mul(mean, slope))),
];

const fusionOf = (pattern: NodePattern): Fusion => ({ name: "LayerNorm", pattern, replace });

function replace(match: Match, graph: PassGraph, root: Node): Replacement | undefined {
  const [data, scaleValue, biasValue] = ["x", "scale", "bias"].map((name) => match.values.get(name));
  const axis = normalizedAxis(match, graph);
  const epsilon = epsilonOf(match);
  if (data === undefined || axis === undefined || epsilon === undefined) return undefined;
  if (!haveSameFloatType(data, root.outputs[0], graph)) return undefined;
  for (const part of [scaleValue, biasValue])
    if (part !== undefined && !isWeightOver(part, data, graph)) return undefined;
  const attributes = { axis, epsilon };
  const rest = biasValue === undefined ? [] : [biasValue];
  if (scaleValue !== undefined) return { op: "LayerNormalization", inputs: [data, scaleValue, ...rest], attributes };
  const ones = onesOver(data, axis, graph);
  if (ones === undefined) return undefined;
  const name = graph.fresh(`${root.name}_scale`);
  return { op: "LayerNormalization", inputs: [data, name], attributes, weights: [{ name, value: ones }] };
}

/** The first normalised axis: both means go over it and all after it. */
function normalizedAxis({ named }: Match, graph: PassGraph): number | undefined {
  const [axes, others] = ["mean", "variance"].map((name) => axesOf(named.get(name)!, graph));
  if (axes === undefined || axes.join() !== others?.join()) return undefined;
  return firstOfLast(axes, graph.shapeOf(named.get("mean")!.inputs[0])!.length);
}

/** The epsilon of a match as an attribute holds it; undefined for one that it would change, or that is negative. */
export function epsilonOf({ numbers }: Match): number | undefined {
  const epsilon = scalar(numbers.get("epsilon")!.tensor);
  return epsilon >= 0 && Math.fround(epsilon) === epsilon ? epsilon : undefined;
}

/**
 * LayerNormalization for (x - mean) / sqrt(variance + epsilon), with or without scale and bias, from means over the last axes as PyTorch,
 * TensorFlow and Keras write them.
 */
export const fuseLayerNorm = fusionPass(
  "fuse-layer-norm",
  "reduction",
  [...biasedForms, ...scaledForms, ...bare].map(fusionOf),
);
