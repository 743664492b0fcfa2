import type { Graph, Node } from "@hodu/core";

/** How the outputs of a graph keep their names when other values are to be read instead of them. */
export interface PlacedOutputs {
  /** Values whose makers take the name of an output. */
  readonly taken: ReadonlyMap<string, string>;
  /** Outputs that are copies of other values now. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Where an output was renamed, the node that makes the value takes the output's name; where none of the graph's nodes does, or the
 * value is an output too, the output becomes a copy. `renames` must lead to values that stay.
 */
export function placeOutputs(
  graph: Graph,
  nodes: readonly Node[],
  renames: ReadonlyMap<string, string>,
): PlacedOutputs {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const fixed = new Set(graph.outputs.map(({ name }) => name));
  const taken = new Map<string, string>();
  const copies: { from: string; to: string }[] = [];
  for (const name of fixed) {
    const source = renames.get(name);
    if (source === undefined) continue;
    if (made.has(source) && !fixed.has(source) && !taken.has(source)) taken.set(source, name);
    else copies.push({ from: taken.get(source) ?? source, to: name });
  }
  return { taken, copies };
}
