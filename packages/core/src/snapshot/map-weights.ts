import type { Graph, NamedAttribute, Node, Weight } from "./types.ts";

/** The graph with every weight replaced, those of its subgraphs too. */
export function mapWeights(graph: Graph, replace: (weight: Weight) => Weight): Graph {
  const inAttribute = ({ name, value }: NamedAttribute): NamedAttribute =>
    value.kind === "graph"
      ? { name, value: { kind: "graph", value: mapWeights(value.value, replace) } }
      : { name, value };
  const inNode = (node: Node): Node =>
    node.attributes.some(({ value }) => value.kind === "graph")
      ? { ...node, attributes: node.attributes.map(inAttribute) }
      : node;
  return { ...graph, weights: graph.weights.map(replace), nodes: graph.nodes.map(inNode) };
}
