import type { Node, Patch } from "@hodu/core";
import { definePass } from "../stages/pass.ts";
import { chooseForms, type FormCost } from "./transposes/choose-forms.ts";
import { findWrapped, type FormContext } from "./transposes/node-form.ts";
import { RegionGrowth } from "./transposes/region.ts";
import { patchOf, planRewriting } from "./transposes/rewrite-forms.ts";
import { isSpatial, worthOf } from "./transposes/spatial.ts";
import { MOVED_ELEMENT, ValueClasses } from "./transposes/value-class.ts";

/**
 * Lays values out with channels last around convolutions and pools: each of these stands between two Transposes then, and everything
 * between them computes in that order. The division of the graph that moves the least is found by a least cut; a patch is made only
 * where it is better than what is there.
 */
export const channelsLast = definePass({
  name: "channels-last",
  stage: "topology_optimization",
  requires: [],
  accuracy: "exact",
  isLate: true,
  summary: { title: "Channels-last layout", counts: "patterns" },
  run(graph): readonly Patch[] {
    const spatial = graph.graph.nodes.filter((node) => isSpatial(node, graph));
    if (spatial.length === 0) return [];
    const context: FormContext = { graph, classes: new ValueClasses(graph), wrapped: findWrapped(graph) };
    const region = new RegionGrowth(context, true);
    for (const node of spatial) region.addSpatial(node);
    region.grow(Infinity);
    const cost: FormCost = (node, form) => form.cost + (form.isWrapped ? 0 : worth(node, context));
    const rewriting = planRewriting(chooseForms(region, cost, context), [], cost, context);
    return rewriting.gain > 0 ? [patchOf(rewriting, "channels last", context)] : [];
  },
});

/** What a node loses in which channels are on axis 1. */
function worth(node: Node, { graph, classes }: FormContext): number {
  if (!isSpatial(node, graph)) return 0;
  const elements = [node.inputs[0], node.outputs[0]].map((name) => classes.of(name)?.elements ?? 0);
  return MOVED_ELEMENT * worthOf(node, elements[0] + elements[1]);
}
