import {
  type Facts,
  type Graph,
  heldWeights,
  inferGraph,
  type InferOptions,
  newFacts,
  type Snapshot,
} from "@hodu/core";

/** What inference tells of each graph of a model, subgraphs included. Reads no weight that lies in a file; leaves open what breaks a rule. */
export function inferModel(snapshot: Snapshot): ReadonlyMap<Graph, Facts> {
  const found = new Map<Graph, Facts>();
  inferInto(found, snapshot.graph, newFacts(), { constantOf: heldWeights(snapshot.stores), tolerant: true });
  return found;
}

function inferInto(found: Map<Graph, Facts>, graph: Graph, parent: Facts, options: InferOptions): void {
  const facts = inferGraph(graph, options, parent);
  found.set(graph, facts);
  for (const { attributes } of graph.nodes) {
    for (const { value } of attributes) if (value.kind === "graph") inferInto(found, value.value, facts, options);
  }
}
