import type { Node } from "@hodu/core";
import { attributeOf } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";

/**
 * Operators that by their definition have channels on axis 1: to compute on channels-last values, such a node stands between two
 * Transposes, which kernels read through. The number is what it is worth, in moves of each element that it reads or makes.
 */
const SPATIAL: ReadonlyMap<string, number> = new Map([
  ["AveragePool", 0.5],
  ["BatchNormalization", 0],
  ["Conv", 4],
  ["ConvInteger", 4],
  ["ConvTranspose", 4],
  ["DepthToSpace", 0],
  ["GlobalAveragePool", 0.25],
  ["GlobalMaxPool", 0.25],
  ["GroupNormalization", 0],
  ["InstanceNormalization", 0],
  ["LRN", 0.5],
  ["LpPool", 0.5],
  ["MaxPool", 0.5],
  ["QLinearConv", 4],
  ["SpaceToDepth", 0],
]);

/** Whether channels are on axis 1 of input 0 and output 0 of a node, and all else it reads is small, or laid out as the target wants it. */
export function isSpatial(node: Node, graph: PassGraph): boolean {
  if (node.domain !== "" || !SPATIAL.has(node.op)) return false;
  if (node.outputs.slice(1).some((name) => name !== "")) return false;
  if (attributeOf(node, "training_mode")?.value === 1n) return false;
  const rank = graph.shapeOf(node.inputs[0])?.length;
  return rank !== undefined && rank >= 3 && graph.shapeOf(node.outputs[0])?.length === rank;
}

/** What a spatial node is worth with channels last, in elements that are moved. */
export const worthOf = (node: Node, elements: number): number => Math.ceil((SPATIAL.get(node.op) ?? 0) * elements);
