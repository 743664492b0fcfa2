import type { Graph, Node } from "@hodu/core";

/** The values that a node reads: its inputs, and what the graphs inside it read of the graphs around them. Each once. */
export function readsOf(node: Node): ReadonlySet<string> {
  const names = new Set(node.inputs);
  names.delete("");
  for (const { value } of node.attributes) {
    if (value.kind === "graph") for (const name of capturesOf(value.value)) names.add(name);
  }
  return names;
}

/** The values of surrounding graphs that a graph reads, its outputs among them. */
function capturesOf(graph: Graph): ReadonlySet<string> {
  const names = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) for (const name of readsOf(node)) names.add(name);
  for (const name of definitionsIn(graph)) names.delete(name);
  return names;
}

/** The values that a graph itself gives a name: inputs, weights, outputs of nodes. */
export function* definitionsIn(graph: Graph): Generator<string> {
  for (const { name } of graph.inputs) yield name;
  for (const { name } of graph.weights) yield name;
  for (const { outputs } of graph.nodes) for (const name of outputs) if (name !== "") yield name;
}
