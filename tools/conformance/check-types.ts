import {
  bindInputs,
  type Dim,
  Evaluator,
  evaluateDim,
  type Facts,
  formatType,
  type Graph,
  graphsIn,
  inferGraph,
  mersenneTwister,
  type Node,
  type Snapshot,
  type Tensor,
  tensorFromBytes,
  typeFits,
  typeIn,
  typeOfValue,
  type Value,
  type ValueType,
  type Weight,
} from "@hodu/core";
import { decodeImage } from "@hodu/engine";
import type { ByteSource, NamedValue } from "hodu-plugin-sdk";

export interface TypeMismatch {
  readonly operator: string;
  readonly reason: string;
}

/** Runs a model once more with the reference kernels and compares what every node gives with its inferred type; the first mismatch. */
export async function checkTypes(
  snapshot: Snapshot,
  source: ByteSource,
  inputs: readonly NamedValue[],
  maxBytes: number,
): Promise<TypeMismatch | undefined> {
  const weights = await readWeights(snapshot, source);
  const constantOf = (weight: Weight): Tensor | undefined => tensorOf(weights, weight);
  const facts = inferAll(snapshot.graph, constantOf);
  const entries = inputs.map(({ name, value }) => [name, value] as const);
  const { values, symbols } = bindInputs(snapshot.graph, entries);
  const known = new Map(symbols);
  let mismatch: TypeMismatch | undefined;
  const onNode = (node: Node, outputs: readonly (Value | undefined)[]): void => {
    const place = facts.get(node);
    if (mismatch !== undefined || place === undefined) return;
    node.outputs.forEach((name, i) => {
      const value = outputs[i];
      const type = name === "" ? undefined : typeIn(place.facts, name);
      if (value === undefined || type === undefined || mismatch !== undefined) return;
      // Every turn of a loop may have other sizes under one symbol.
      if (fits(value, type, place.isMain ? known : undefined)) return;
      const found = formatType(typeOfValue(value));
      mismatch = {
        operator: node.op,
        reason: `TYPES: node "${node.name}" output "${name}": found ${found}, inferred ${formatType(type)}`,
      };
    });
  };
  const evaluator = new Evaluator(snapshot.graph, weights);
  const options = { wide: false, maxBytes, random: mersenneTwister(0), decodeImage, onNode };
  const steps = evaluator.run(values, options);
  for (let step = steps.next(); !step.done; ) step = steps.next(await step.value);
  return mismatch;
}

type Weights = ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>;

async function readWeights(snapshot: Snapshot, source: ByteSource): Promise<Weights> {
  const weights = new Map<Graph, Map<string, Tensor>>();
  for (const graph of graphsIn(snapshot.graph)) {
    const own = new Map<string, Tensor>();
    for (const weight of graph.weights) own.set(weight.name, await readWeight(snapshot, source, weight));
    weights.set(graph, own);
  }
  return weights;
}

async function readWeight(snapshot: Snapshot, source: ByteSource, weight: Weight): Promise<Tensor> {
  const store = snapshot.stores[weight.store];
  if (store.kind === "bytes") {
    const bytes = store.bytes.subarray(weight.offset, weight.offset + weight.length);
    return tensorFromBytes(weight.dtype, weight.shape, bytes);
  }
  const file = store.location === "" ? source : await source.sibling(store.location);
  return tensorFromBytes(weight.dtype, weight.shape, await file.read(weight.offset, weight.length));
}

function tensorOf(weights: Weights, weight: Weight): Tensor | undefined {
  for (const [graph, own] of weights) if (graph.weights.includes(weight)) return own.get(weight.name);
  return undefined;
}

interface Place {
  readonly facts: Facts;
  readonly isMain: boolean;
}

/** What inference knows where each node stands; in subgraphs only as far as they declare their inputs. */
function inferAll(main: Graph, constantOf: (weight: Weight) => Tensor | undefined): ReadonlyMap<Node, Place> {
  const places = new Map<Node, Place>();
  const counter = { next: 0 };
  const walk = (graph: Graph, parent: Facts | undefined): void => {
    const facts = inferGraph(graph, { constantOf, counter }, parent);
    for (const node of graph.nodes) {
      places.set(node, { facts, isMain: graph === main });
      for (const { value } of node.attributes) if (value.kind === "graph") walk(value.value, facts);
    }
  };
  walk(main, undefined);
  return places;
}

function fits(value: Value, type: ValueType, symbols: Map<string, number> | undefined): boolean {
  if (!typeFits(typeOfValue(value), type)) return false;
  if (value.kind !== "tensor" || type.kind !== "tensor" || type.shape === undefined || symbols === undefined)
    return true;
  return type.shape.every((dim, axis) => dimFits(dim, value.shape[axis], symbols));
}

/** A symbol that is seen for the first time gets its size from what is found. */
function dimFits(dim: Dim, found: number, symbols: Map<string, number>): boolean {
  const size = evaluateDim(dim, symbols);
  if (size !== undefined) return size === found;
  if (typeof dim === "number" || dim.terms.length !== 1) return true;
  const [symbol, coefficient] = dim.terms[0];
  const solved = (found - dim.constant) / coefficient;
  if (!Number.isInteger(solved) || solved < 0) return false;
  symbols.set(symbol, solved);
  return true;
}
