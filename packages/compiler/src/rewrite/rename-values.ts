import type { Graph, NamedAttribute, Node } from "@hodu/core";

/** Gives a value its new name. */
export type Rename = (name: string) => string;

/** The node with new names for the values that it reads, in the graphs inside it too. Its outputs keep theirs. */
export function renameReads(node: Node, rename: Rename): Node {
  return {
    ...node,
    inputs: node.inputs.map((name) => (name === "" ? "" : rename(name))),
    attributes: mapGraphs(node.attributes, (graph) => renameCaptures(graph, rename)),
  };
}

/** No name of a surrounding graph is defined again inside, so what bears it there is the same value. */
function renameCaptures(graph: Graph, rename: Rename): Graph {
  return {
    ...graph,
    outputs: graph.outputs.map((output) => ({ ...output, name: rename(output.name) })),
    nodes: graph.nodes.map((node) => renameReads(node, rename)),
  };
}

/** The attributes with every graph replaced; the very same list when there is none. */
export function mapGraphs(
  attributes: readonly NamedAttribute[],
  replace: (graph: Graph) => Graph,
): readonly NamedAttribute[] {
  if (attributes.every(({ value }) => value.kind !== "graph")) return attributes;
  return attributes.map(({ name, value }) =>
    value.kind === "graph" ? { name, value: { kind: "graph", value: replace(value.value) } } : { name, value },
  );
}
