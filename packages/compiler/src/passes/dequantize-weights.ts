import { elementCount, evaluateNode, memoryBytes, type Node, type Patch } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { DEQUANTIZED_BYTES, FOLDED_STEPS, KERNEL_FACTOR } from "./limits.ts";

/** Puts floats for weights that are dequantised in every run, so that products find them as they will use them. Large ones stay small in memory. */
export const dequantizeWeights = definePass({
  name: "dequantize-weights",
  stage: "topology_optimization",
  requires: [],
  accuracy: "exact",
  summary: { title: "Constant folding", counts: "eliminated" },
  run: (graph): readonly Patch[] => graph.graph.nodes.flatMap((node) => dequantize(node, graph) ?? []),
});

function dequantize(node: Node, graph: PassGraph): Patch | undefined {
  if (node.op !== "DequantizeLinear" || node.domain !== "") return undefined;
  const inputs = node.inputs.map((name) => (name === "" ? undefined : graph.constantOf(name)));
  const isConstant = inputs.every((input, i) => input !== undefined || node.inputs[i] === "");
  const [integers] = inputs;
  if (!isConstant || integers === undefined) return undefined;
  const bytes = memoryBytes("f32", elementCount(integers.shape));
  if (bytes > DEQUANTIZED_BYTES) return undefined;
  const outputs = evaluateNode(node, inputs, { maxBytes: KERNEL_FACTOR * (bytes + 64), maxSteps: FOLDED_STEPS });
  const value = outputs?.[0];
  if (value?.kind !== "tensor") return undefined;
  return {
    pattern: "DequantizeLinear",
    remove: [node.name],
    add: [],
    weights: [{ name: node.outputs[0], value }],
    rename: [],
    dropWeights: node.inputs,
  };
}
