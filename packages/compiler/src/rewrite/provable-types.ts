import { type Graph, type GraphInput, type Node, withoutShapes } from "@hodu/core";
import { mapGraphs } from "./rename-values.ts";

/**
 * The graph with only what must hold: the types of the main graph's inputs are checked by every run, but shapes that a file states for
 * inner values, outputs and inputs of graphs inside of nodes are often stale.
 */
export function withProvableTypes(graph: Graph, isMain = true): Graph {
  return {
    ...graph,
    inputs: isMain ? graph.inputs : graph.inputs.map(withoutShape),
    outputs: graph.outputs.map(({ name }) => ({ name, type: undefined })),
    values: [],
    nodes: graph.nodes.map(withProvableGraphs),
  };
}

function withoutShape(input: GraphInput): GraphInput {
  return input.type === undefined ? input : { ...input, type: withoutShapes(input.type) };
}

function withProvableGraphs(node: Node): Node {
  const attributes = mapGraphs(node.attributes, (inner) => withProvableTypes(inner, false));
  return attributes === node.attributes ? node : { ...node, attributes };
}
