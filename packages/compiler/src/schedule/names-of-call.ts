import { graphsIn, type Node } from "@hodu/core";

/** The values that a node may read: its inputs, and what the graphs inside it name. */
export function namesOfCall(node: Node): readonly string[] {
  const names = node.inputs.filter((name) => name !== "");
  for (const { value } of node.attributes)
    if (value.kind === "graph")
      for (const graph of graphsIn(value.value))
        names.push(...graph.outputs.map((output) => output.name), ...graph.nodes.flatMap((inner) => inner.inputs));
  return [...new Set(names)];
}
