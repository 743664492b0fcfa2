import type { Node, Patch, Tensor } from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";

/** The patch that puts weights for nodes: for those of their outputs that anything else reads. */
export function replaceByWeights(
  graph: PassGraph,
  nodes: readonly Node[],
  values: ReadonlyMap<string, Tensor>,
  pattern: string,
): Patch {
  const gone = new Set(nodes);
  const isRead = (name: string): boolean =>
    graph.isOutput(name) || graph.consumersOf(name).some((consumer) => !gone.has(consumer));
  const names = nodes.flatMap((node) => node.outputs).filter((name) => name !== "" && isRead(name));
  return {
    pattern,
    remove: nodes.map(({ name }) => name),
    add: [],
    weights: names.map((name) => ({ name, value: values.get(name)! })),
    rename: [],
  };
}
