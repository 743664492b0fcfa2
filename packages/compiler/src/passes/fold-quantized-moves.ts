import { checkInputTypes, type Node, operatorOf, type Patch, schemaOf } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { dequantizationOf, isSameQuantization, quantizationOf } from "./quantized/quantization.ts";

/** Operators that give elements of their data as they are, with how many inputs are data. */
const MOVES: ReadonlyMap<string, number> = new Map([
  ["Concat", Infinity],
  ["Expand", 1],
  ["Flatten", 1],
  ["Gather", 1],
  ["MaxPool", 1],
  ["Reshape", 1],
  ["Slice", 1],
  ["Squeeze", 1],
  ["Tile", 1],
  ["Transpose", 1],
  ["Unsqueeze", 1],
]);

/** Lets operators that only move or choose elements work on integers, where these were dequantised before and quantised the same way after. */
export const foldQuantizedMoves = definePass({
  name: "fold-quantized-moves",
  stage: "topology_optimization",
  requires: [],
  accuracy: "exact",
  summary: { title: "Operator fusion", counts: "patterns" },
  run: (graph): readonly Patch[] => graph.graph.nodes.flatMap((node) => foldMove(node, graph) ?? []),
});

function foldMove(last: Node, graph: PassGraph): Patch | undefined {
  const quantization = last.op === "QuantizeLinear" ? quantizationOf(last, graph) : undefined;
  const move = quantization && graph.producerOf(quantization.from);
  const data = move?.domain === "" ? MOVES.get(move.op) : undefined;
  if (quantization === undefined || move === undefined || data === undefined) return undefined;
  if (graph.soleConsumerOf(quantization.from) !== last || move.outputs.slice(1).some((name) => name !== ""))
    return undefined;
  const sources = move.inputs.slice(0, data).map((name) => dequantizationOf(name, graph));
  if (!sources.every((source) => source !== undefined && isSameQuantization(source, quantization))) return undefined;
  const inputs = move.inputs.map((name, i) => sources[i]?.from ?? name);
  const moved: Node = { ...move, inputs, outputs: last.outputs, origin: [] };
  if (!takesInputs(moved, graph)) return undefined;
  return {
    pattern: `DequantizeLinear+${move.op}+QuantizeLinear`,
    remove: [move.name, last.name],
    add: [moved],
    weights: [],
    rename: [],
    dropWeights: last.inputs.slice(1),
  };
}

/** Whether an operator is defined for what it would read: MaxPool is not for integers of 16 bits. */
function takesInputs(node: Node, graph: PassGraph): boolean {
  const types = node.inputs.map((name) => graph.typeOf(name));
  return checkInputTypes(node, schemaOf(operatorOf("", node.op)!), types).length === 0;
}
