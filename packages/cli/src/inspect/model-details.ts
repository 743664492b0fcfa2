import {
  type DType,
  type Facts,
  formatType,
  type Graph,
  graphsIn,
  type Node,
  type Snapshot,
  typeIn,
  type Weight,
} from "@hodu/core";
import { estimateFlops, estimateMemory, inferModel } from "@hodu/engine";

/** What `--verbose` adds to a ModelReport. Estimates take symbols without a size as 1. */
export interface ModelDetails {
  /** Weights and the most that inner values take at once. */
  readonly estimated_memory_bytes: number;
  readonly intermediate_peak_bytes: number;
  /** Values whose size only a run can tell; they are not in the estimate. */
  readonly unknown_values: number;
  readonly symbols_assumed_1: readonly string[];
  /** Two for each multiply-add of matrix products and convolutions. */
  readonly estimated_flops: number;
  /** Such nodes whose sizes only a run can tell. */
  readonly unknown_flops_nodes: number;
  readonly weights: readonly WeightReport[];
  readonly nodes: readonly NodeReport[];
}

/** A weight, without its bytes. */
export interface WeightReport {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly size_bytes: number;
  /** The file beside the model that holds it; null: the model file does. */
  readonly file: string | null;
}

export interface NodeReport {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What is known of the outputs before a run, in their order. */
  readonly output_types: readonly string[];
}

/** Everything about a model but the bytes of its weights; reads none that lie in a file. */
export function modelDetails(snapshot: Snapshot): ModelDetails {
  const facts = inferModel(snapshot);
  const memory = estimateMemory(snapshot, new Map(), facts);
  const work = estimateFlops(snapshot, new Map(), facts);
  const graphs = [...graphsIn(snapshot.graph)];
  return {
    estimated_memory_bytes: memory.weightBytes + memory.peakBytes,
    intermediate_peak_bytes: memory.peakBytes,
    unknown_values: memory.unknownValues,
    symbols_assumed_1: memory.assumed,
    estimated_flops: work.flops,
    unknown_flops_nodes: work.unknownNodes,
    weights: graphs.flatMap(({ weights }) => weights.map((weight) => reportWeight(weight, snapshot))),
    nodes: graphs.flatMap((graph) => graph.nodes.map((node) => reportNode(node, graph, facts))),
  };
}

function reportWeight({ name, dtype, shape, store, length }: Weight, { stores }: Snapshot): WeightReport {
  const { [store]: place } = stores;
  const file = place.kind === "file" && place.location !== "" ? place.location : null;
  return { name, dtype, shape, size_bytes: length, file };
}

function reportNode(node: Node, graph: Graph, facts: ReadonlyMap<Graph, Facts>): NodeReport {
  const { name, op, domain, inputs, outputs } = node;
  const known = facts.get(graph);
  const typeOf = (value: string): string =>
    formatType(known === undefined || value === "" ? undefined : typeIn(known, value));
  return { name, op, domain, inputs, outputs, output_types: outputs.map(typeOf) };
}
