import {
  elementCount,
  evaluateNode,
  memoryBytes,
  type Node,
  type Patch,
  staticShape,
  type Tensor,
  type Value,
} from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { FOLDED_STEPS, KERNEL_FACTOR, SMALL_BYTES } from "./limits.ts";
import { graphsOf, isRandom } from "./randomness.ts";
import { replaceByWeights } from "./replace-by-weights.ts";

/**
 * Evaluates nodes whose inputs are constants, with the reference kernels, and keeps what others read of them as weights. Never random
 * nodes, and none whose result takes much more memory than its inputs.
 */
export const constantFolding = definePass({
  name: "constant-folding",
  stage: "graph_cleanup",
  requires: [],
  accuracy: "exact",
  summary: { title: "Constant folding", counts: "eliminated" },
  run(graph): readonly Patch[] {
    const folded = new Map<string, Tensor>();
    const nodes = graph.graph.nodes.filter((node) => foldNode(node, graph, folded));
    return nodes.length === 0 ? [] : [replaceByWeights(graph, nodes, folded, "constant")];
  },
});

/** Enters the outputs of a node into `folded`; false when it cannot be folded. */
function foldNode(node: Node, graph: PassGraph, folded: Map<string, Tensor>): boolean {
  if (isKept(node) || outgrows(node, graph)) return false;
  const inputs: (Tensor | undefined)[] = [];
  for (const name of node.inputs) {
    const value = name === "" ? undefined : (folded.get(name) ?? graph.constantOf(name));
    if (name !== "" && value === undefined) return false;
    inputs.push(value);
  }
  const allowed = Math.max(
    SMALL_BYTES,
    inputs.reduce((sum, value) => sum + bytesOf(value), 0),
  );
  const limits = { maxBytes: KERNEL_FACTOR * allowed, maxSteps: FOLDED_STEPS };
  const outputs = evaluateNode(node, inputs, limits);
  const wanted = outputs?.filter((_, i) => (node.outputs[i] ?? "") !== "");
  if (outputs === undefined || !wanted!.every(isTensor)) return false;
  if (wanted!.reduce((sum, value) => sum + bytesOf(value as Tensor), 0) > allowed) return false;
  node.outputs.forEach((name, i) => name !== "" && folded.set(name, outputs[i] as Tensor));
  return true;
}

/** DequantizeLinear of a weight is how quantised models write their weights: folding it would undo that. */
function isKept(node: Node): boolean {
  return isRandom(node) || graphsOf(node).length > 0 || node.op === "DequantizeLinear";
}

/** Whether an output is known to be larger than all inputs together, before anything is computed. */
function outgrows(node: Node, graph: PassGraph): boolean {
  const sizes = (names: readonly string[]): number => names.reduce((sum, name) => sum + sizeOf(name, graph), 0);
  return sizes(node.outputs) > Math.max(SMALL_BYTES, sizes(node.inputs));
}

/** Bytes of a value; 0 where that is not known. */
function sizeOf(name: string, graph: PassGraph): number {
  const type = name === "" ? undefined : graph.typeOf(name);
  const shape = type?.kind === "tensor" ? staticShape(type.shape) : undefined;
  return type?.kind === "tensor" && shape !== undefined ? memoryBytes(type.dtype, elementCount(shape)) : 0;
}

const bytesOf = (value: Tensor | undefined): number =>
  value === undefined ? 0 : memoryBytes(value.dtype, elementCount(value.shape));

const isTensor = (value: Value | undefined): boolean => value?.kind === "tensor";
