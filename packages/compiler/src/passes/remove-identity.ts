import { type Node, type Patch } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { IDENTITIES } from "./identities.ts";

/** Removes nodes that give one of their inputs as it is, bit by bit: Identity, and others by their attributes, constants and shapes. */
export const removeIdentity = definePass({
  name: "remove-identity",
  stage: "graph_cleanup",
  requires: [],
  accuracy: "exact",
  summary: { title: "Identity removal", counts: "removed" },
  run: (graph): readonly Patch[] => graph.graph.nodes.flatMap((node) => removeNode(node, graph)),
});

function removeNode(node: Node, graph: PassGraph): readonly Patch[] {
  if (node.domain !== "" || node.outputs.slice(1).some((name) => isUsed(name, graph))) return [];
  const [from] = node.outputs;
  const to = IDENTITIES.get(node.op)?.(node, graph);
  if (to === undefined || !graph.canReplace(from, to)) return [];
  return [{ pattern: node.op, remove: [node.name], add: [], weights: [], rename: [[from, to]] }];
}

const isUsed = (name: string, graph: PassGraph): boolean => graph.isOutput(name) || graph.consumersOf(name).length > 0;
