import {
  type Attribute,
  bytesOfTensor,
  type Dim,
  elementCount,
  type Node,
  type Patch,
  staticShape,
  typeName,
} from "@hodu/core";
import type { PassGraph } from "../rewrite/pass-graph.ts";
import { definePass } from "../stages/pass.ts";
import { COMPARED_ELEMENTS } from "./limits.ts";
import { graphsOf, isRandom } from "./randomness.ts";

/** Lets readers of a node's results read those of an earlier node that computes the same from the same values. */
export const commonSubexpressions = definePass({
  name: "common-subexpressions",
  stage: "graph_cleanup",
  requires: [],
  accuracy: "exact",
  summary: { title: "Common subexpressions", counts: "removed" },
  run(graph): readonly Patch[] {
    const seen = new Map<string, Node>();
    const same = new Map<string, string>();
    const patches: Patch[] = [];
    for (const node of graph.graph.nodes) {
      const key = keyOf(node, graph, same);
      const earlier = key === undefined ? undefined : seen.get(key);
      const rename = earlier && namesToRead(node, earlier, graph);
      if (rename === undefined) {
        if (key !== undefined) seen.set(key, earlier ?? node);
        continue;
      }
      for (const [from, to] of rename) same.set(from, to);
      patches.push({ pattern: node.op, remove: [node.name], add: [], weights: [], rename });
    }
    return patches;
  },
});

/** Where the outputs of a node are found among those of another; undefined when one is not there, or has to keep its name. */
function namesToRead(node: Node, earlier: Node, graph: PassGraph): Patch["rename"] | undefined {
  const pairs = node.outputs.flatMap((name, i) => (name === "" ? [] : [[name, earlier.outputs[i] ?? ""] as const]));
  return pairs.every(([from, to]) => to !== "" && graph.canReplace(from, to)) ? pairs : undefined;
}

/** Equal for nodes that give the same; undefined for one whose results are its own. */
function keyOf(node: Node, graph: PassGraph, same: ReadonlyMap<string, string>): string | undefined {
  if (isRandom(node) || graphsOf(node).length > 0) return undefined;
  const inputs = node.inputs.map((name) => [constantKey(name, graph) ?? "", same.get(name) ?? name]);
  for (const input of inputs) if (input[0] !== "") input[1] = "";
  const attributes: string[] = [];
  for (const { name, value } of node.attributes) {
    const text = attributeKey(value);
    if (text === undefined) return undefined;
    attributes.push(`${name}=${text}`);
  }
  // another number of outputs may mean something else, as with Split
  return JSON.stringify([node.domain, node.op, inputs, attributes.sort(), node.outputs.length]);
}

function constantKey(name: string, graph: PassGraph): string | undefined {
  // large ones are not read: a weight of a file would be copied for it
  if (name === "" || !isSmall(graph.shapeOf(name))) return undefined;
  const value = graph.constantOf(name);
  if (value === undefined) return undefined;
  return `${value.dtype}[${value.shape.join()}]:${bytesOfTensor(value).join()}`;
}

function isSmall(shape: readonly Dim[] | undefined): boolean {
  const sizes = staticShape(shape);
  return sizes !== undefined && elementCount(sizes) <= COMPARED_ELEMENTS;
}

function attributeKey(attribute: Attribute): string | undefined {
  switch (attribute.kind) {
    case "tensor":
      return elementCount(attribute.value.shape) > COMPARED_ELEMENTS
        ? undefined
        : `${attribute.value.dtype}[${attribute.value.shape.join()}]:${bytesOfTensor(attribute.value).join()}`;
    case "float":
      return numberKey(attribute.value);
    case "floats":
      return attribute.value.map(numberKey).join();
    case "int":
      return String(attribute.value);
    case "ints":
      return attribute.value.join();
    case "string":
    case "strings":
      return JSON.stringify(attribute.value);
    case "type":
      return `${typeName(attribute.value)} ${JSON.stringify(attribute.value)}`;
    case "graph":
    case "tensors":
      return undefined;
  }
}

/** -0 and 0 differ. */
const numberKey = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
