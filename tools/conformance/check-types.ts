import {
  bindInputs,
  type Dim,
  Evaluator,
  evaluateDim,
  type Facts,
  formatType,
  type Graph,
  inferGraph,
  mersenneTwister,
  type Node,
  type Snapshot,
  type Tensor,
  typeFits,
  typeIn,
  typeOfValue,
  type Value,
  type ValueType,
  type Weight,
} from "@hodu/core";
import { decodeImage, loadWeights } from "@hodu/engine";
import type { ByteSource, CallContext, NamedValue } from "hodu-plugin-sdk";

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
  context: CallContext,
): Promise<TypeMismatch | undefined> {
  const { tensors } = await loadWeights(snapshot, source, maxBytes, context);
  const constants = new Map<Weight, Tensor>();
  for (const [{ weights }, own] of tensors) for (const weight of weights) constants.set(weight, own.get(weight.name)!);
  const facts = inferAll(snapshot.graph, (weight) => constants.get(weight));
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
  const evaluator = new Evaluator(snapshot.graph, tensors);
  const options = { wide: false, maxBytes, random: mersenneTwister(0), decodeImage, onNode };
  const steps = evaluator.run(values, options);
  for (let step = steps.next(); !step.done; ) step = steps.next(await step.value);
  return mismatch;
}

interface Place {
  readonly facts: Facts;
  readonly isMain: boolean;
}

/** What inference knows where each node stands; in subgraphs only as far as they declare their inputs. */
function inferAll(main: Graph, constantOf: (weight: Weight) => Tensor | undefined): ReadonlyMap<Node, Place> {
  const places = new Map<Node, Place>();
  const walk = (graph: Graph, parent: Facts | undefined): void => {
    const facts = inferGraph(graph, { constantOf }, parent);
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
