import type { Graph } from "./types.ts";

/** A graph and all subgraphs of its nodes, outer ones first. */
export function* graphsIn(graph: Graph): Generator<Graph> {
  yield graph;
  for (const node of graph.nodes) {
    for (const { value } of node.attributes) if (value.kind === "graph") yield* graphsIn(value.value);
  }
}
