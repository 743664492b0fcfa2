import {
  type Graph,
  type GraphInput,
  type Node,
  type Snapshot,
  typeOfValue,
  type Value,
  type ValueType,
} from "@hodu/core";
import { readsOf } from "@hodu/compiler";

/** A model whose tensors between nodes are outputs, too. `types`: of values, as far as they are known. */
export function withAllValues({ graph, ...rest }: Snapshot, types: ReadonlyMap<string, ValueType>): Snapshot {
  const given = new Set(graph.outputs.map(({ name }) => name));
  const inner = graph.nodes
    .flatMap(({ outputs }) => outputs)
    .filter((name) => name !== "" && !given.has(name) && types.get(name)?.kind === "tensor");
  return { ...rest, graph: { ...graph, outputs: [...graph.outputs, ...inner.map((name) => valueOf(name, types))] } };
}

/** The first `count` nodes of a model; its outputs are what the others read, and those of the model among them. */
export function firstNodes(
  { graph, ...rest }: Snapshot,
  count: number,
  types: ReadonlyMap<string, ValueType>,
): Snapshot {
  const nodes = graph.nodes.slice(0, count);
  const wanted = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes.slice(count)) for (const name of readsOf(node)) wanted.add(name);
  const outputs = nodes.flatMap((node) => node.outputs).filter((name) => wanted.has(name));
  return { ...rest, graph: { ...graph, nodes, outputs: outputs.map((name) => valueOf(name, types)) } };
}

/** One node as a model whose inputs are what it reads of other nodes and of the caller; weights stay weights. */
export function nodeAlone({ graph, ...rest }: Snapshot, node: Node, values: ReadonlyMap<string, Value>): Snapshot {
  const reads = readsOf(node);
  const weights = graph.weights.filter(({ name }) => reads.has(name) && !values.has(name));
  const inputs = [...reads].flatMap((name): GraphInput[] => {
    const value = values.get(name);
    return value === undefined ? [] : [{ name, type: typeOfValue(value) }];
  });
  const outputs = node.outputs.filter((name) => name !== "").map((name) => ({ name, type: undefined }));
  const alone: Graph = { ...graph, inputs, weights, nodes: [node], outputs, values: [] };
  return { ...rest, graph: alone };
}

const valueOf = (name: string, types: ReadonlyMap<string, ValueType>) => ({ name, type: types.get(name) });
