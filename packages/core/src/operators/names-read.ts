import type { Graph } from "../snapshot/types.ts";

/** The values that the nodes of a graph, the graphs inside it and its outputs read. */
export function namesRead(graph: Graph, names = new Set<string>()): Set<string> {
  for (const { name } of graph.outputs) names.add(name);
  for (const { inputs, attributes } of graph.nodes) {
    for (const name of inputs) names.add(name);
    for (const { value } of attributes) if (value.kind === "graph") namesRead(value.value, names);
  }
  return names;
}
