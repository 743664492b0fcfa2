import {
  declareGraph,
  type Facts,
  type Graph,
  type GraphOutput,
  heldWeights,
  inferNode,
  type InferOptions,
  newFacts,
  type Node,
  type Snapshot,
  typeIn,
} from "@hodu/core";
import type { OperatorPlugin } from "hodu-plugin-sdk";

/** Operators by their domain. */
export type Operators = ReadonlyMap<string, OperatorPlugin>;

/**
 * States the types of what nodes of other domains give, as their plugins infer them: what the file says of them is not believed.
 * Throws what the plugins throw, INVALID_GRAPH.
 */
export async function inferForeign(snapshot: Snapshot, operators: Operators): Promise<Snapshot> {
  const domains = new Set(operators.keys());
  const options: InferOptions = { constantOf: heldWeights(snapshot.stores), tolerant: true, domains };
  return { ...snapshot, graph: await inferGraph(snapshot.graph, undefined, options, operators) };
}

async function inferGraph(
  graph: Graph,
  parent: Facts | undefined,
  options: InferOptions,
  operators: Operators,
): Promise<Graph> {
  const isForeign = ({ domain }: Node): boolean => operators.has(domain);
  const made = new Set(graph.nodes.filter(isForeign).flatMap(({ outputs }) => outputs));
  const stated = graph.values.filter(({ name }) => !made.has(name));
  const facts = newFacts(parent);
  declareGraph(
    { ...graph, values: stated, outputs: graph.outputs.filter(({ name }) => !made.has(name)) },
    facts,
    options,
  );
  const values: GraphOutput[] = [...stated];
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const inner = await inferInner(node, facts, options, operators);
    nodes.push(inner);
    if (!isForeign(node)) inferNode(inner, facts, options);
    else values.push(...(await inferOutputs(inner, facts, operators.get(node.domain)!)));
  }
  return { ...graph, nodes, values };
}

/** The types of a node's outputs, entered into the facts. */
async function inferOutputs(node: Node, facts: Facts, operator: OperatorPlugin): Promise<readonly GraphOutput[]> {
  const inputs = node.inputs.map((name) => (name === "" ? undefined : typeIn(facts, name)));
  const types = await operator.infer(node, inputs);
  return node.outputs.flatMap((name, i) => {
    const type = types[i];
    if (name === "" || type === undefined) return [];
    facts.types.set(name, type);
    return [{ name, type }];
  });
}

async function inferInner(node: Node, facts: Facts, options: InferOptions, operators: Operators): Promise<Node> {
  if (node.attributes.every(({ value }) => value.kind !== "graph")) return node;
  const attributes: Node["attributes"][number][] = [];
  for (const { name, value } of node.attributes) {
    if (value.kind !== "graph") attributes.push({ name, value });
    else
      attributes.push({
        name,
        value: { kind: "graph", value: await inferGraph(value.value, facts, options, operators) },
      });
  }
  return { ...node, attributes };
}
