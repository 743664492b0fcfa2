import type { Graph, GraphInput, GraphOutput, Node } from "../snapshot/types.ts";
import { makeAttributes, type PlainAttribute } from "./make-attributes.ts";
import type { AttributeDefs } from "./attributes.ts";

/** A node of a subgraph in a sample; `definitions` say the kinds of its attributes. */
export function sampleNode(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, PlainAttribute>> = {},
  definitions: AttributeDefs = {},
): Node {
  const name = `make_${outputs[0]}`;
  return { op, domain: "", name, inputs, outputs, attributes: makeAttributes(definitions, attributes), origin: [] };
}

/** A subgraph in a sample. */
export function sampleGraph(
  inputs: readonly GraphInput[],
  nodes: readonly Node[],
  outputs: readonly GraphOutput[],
): Graph {
  return { name: "body", inputs, outputs, weights: [], nodes, values: [] };
}
