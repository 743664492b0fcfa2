import type { Patch } from "@hodu/core";
import { readsOf } from "../rewrite/captures.ts";
import { definePass } from "../stages/pass.ts";
import { drawsUnseeded } from "./randomness.ts";

/** Removes nodes and weights that nothing reads. Unseeded random nodes stay: without them the others would draw other numbers. */
export const deadCode = definePass({
  name: "dead-code",
  stage: "graph_cleanup",
  requires: [],
  accuracy: "exact",
  summary: { title: "Dead code elimination", counts: "removed" },
  run({ graph }): readonly Patch[] {
    const read = new Set([...graph.outputs.map(({ name }) => name), ...graph.inputs.map((input) => input.default)]);
    const remove: string[] = [];
    for (const node of graph.nodes.toReversed()) {
      if (node.outputs.some((name) => read.has(name)) || drawsUnseeded(node)) {
        for (const name of readsOf(node)) read.add(name);
      } else remove.unshift(node.name);
    }
    const dropWeights = graph.weights.map(({ name }) => name).filter((name) => !read.has(name));
    if (remove.length === 0 && dropWeights.length === 0) return [];
    return [{ pattern: "unread", remove, add: [], weights: [], rename: [], dropWeights }];
  },
});
