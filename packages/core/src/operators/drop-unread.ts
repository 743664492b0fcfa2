import type { Graph, Node } from "../snapshot/types.ts";

/**
 * A graph without the nodes and weights that nothing reads any more, be they in a graph inside it. What nothing read before stays.
 * `before`: the names that were read.
 */
export function dropUnread(graph: Graph, before: ReadonlySet<string>): Graph {
  return keepRead(graph, before, new Set());
}

/** `read` gets the names that the kept nodes read; those of graphs around this one come after it. */
function keepRead(graph: Graph, before: ReadonlySet<string>, read: Set<string>): Graph {
  for (const { name } of graph.outputs) read.add(name);
  const isUnread = (name: string): boolean => before.has(name) && !read.has(name);
  const nodes: Node[] = [];
  const gone = new Set<string>();
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some(isUnread) && !node.outputs.some((name) => read.has(name))) {
      for (const name of node.outputs) gone.add(name);
      continue;
    }
    for (const name of node.inputs) read.add(name);
    nodes.push(withKeptGraphs(node, before, read));
  }
  const defaults = new Set(graph.inputs.map((input) => input.default));
  const weights = graph.weights.filter(({ name }) => defaults.has(name) || !isUnread(name));
  const values = graph.values.filter(({ name }) => !gone.has(name));
  return { ...graph, weights, nodes: nodes.reverse(), values };
}

function withKeptGraphs(node: Node, before: ReadonlySet<string>, read: Set<string>): Node {
  if (node.attributes.every(({ value }) => value.kind !== "graph")) return node;
  const attributes = node.attributes.map(({ name, value }) =>
    value.kind === "graph"
      ? { name, value: { kind: "graph" as const, value: keepRead(value.value, before, read) } }
      : { name, value },
  );
  return { ...node, attributes };
}
