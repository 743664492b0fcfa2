import { type Facts, type Graph, graphsIn, memoryBytes, type Snapshot, typeIn, type ValueType } from "@hodu/core";
import { DimSizes } from "./dim-sizes.ts";
import { inferModel } from "./infer-model.ts";

/** What a run will take, in bytes. */
export interface MemoryEstimate {
  /** Bytes of all weights in their files. */
  readonly weightBytes: number;
  /** Most bytes of inner values that live at once, each freed after its last use. */
  readonly peakBytes: number;
  /** Values whose size cannot be told before a run; they are not in `peakBytes`. */
  readonly unknownValues: number;
  /** Symbols that no size was given for: they count as 1. */
  readonly assumed: readonly string[];
}

/** Bytes of all weights of a model, subgraphs included. */
export function weightBytes(snapshot: Snapshot): number {
  let total = 0;
  for (const graph of graphsIn(snapshot.graph)) for (const weight of graph.weights) total += weight.length;
  return total;
}

/** What a run will take, from inferred types alone. `sizes`: of symbols. */
export function estimateMemory(
  snapshot: Snapshot,
  sizes: ReadonlyMap<string, number>,
  facts: ReadonlyMap<Graph, Facts> = inferModel(snapshot),
): MemoryEstimate {
  const estimator = new Estimator(facts, new DimSizes(sizes));
  const peakBytes = estimator.peak(snapshot.graph);
  return {
    weightBytes: weightBytes(snapshot),
    peakBytes,
    unknownValues: estimator.unknown,
    assumed: [...estimator.sizes.assumed].sort(),
  };
}

class Estimator {
  unknown = 0;
  readonly sizes: DimSizes;
  readonly #facts: ReadonlyMap<Graph, Facts>;

  constructor(facts: ReadonlyMap<Graph, Facts>, sizes: DimSizes) {
    this.#facts = facts;
    this.sizes = sizes;
  }

  /** The most that values of a graph take at once; a node with subgraphs takes what the largest of them does. */
  peak(graph: Graph): number {
    const facts = this.#facts.get(graph);
    const last = lastUses(graph);
    const live = new Map<string, number>();
    let bytes = 0;
    let peak = 0;
    graph.nodes.forEach((node, i) => {
      for (const name of node.outputs) {
        if (name === "") continue;
        const size = this.#bytesOf(facts === undefined ? undefined : typeIn(facts, name));
        live.set(name, size);
        bytes += size;
      }
      const inner = node.attributes.map(({ value }) => (value.kind === "graph" ? this.peak(value.value) : 0));
      peak = Math.max(peak, bytes + Math.max(0, ...inner));
      for (const name of [...node.inputs, ...node.outputs]) {
        if ((last.get(name) ?? i) > i) continue;
        bytes -= live.get(name) ?? 0;
        live.delete(name);
      }
    });
    return peak;
  }

  #bytesOf(type: ValueType | undefined): number {
    const count = type?.kind === "tensor" ? this.sizes.elements(type.shape) : undefined;
    if (type?.kind === "tensor" && count !== undefined) return memoryBytes(type.dtype, count);
    this.unknown += 1;
    return 0;
  }
}

/** The node after which each value is not needed any more; outputs of the graph are needed for ever. */
function lastUses(graph: Graph): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  graph.nodes.forEach((node, i) => {
    for (const name of node.inputs) last.set(name, i);
    for (const { value } of node.attributes) {
      if (value.kind !== "graph") continue;
      for (const inner of graphsIn(value.value)) {
        for (const { inputs } of inner.nodes) for (const name of inputs) last.set(name, i);
        for (const { name } of inner.outputs) last.set(name, i);
      }
    }
  });
  for (const { name } of graph.outputs) last.set(name, Number.POSITIVE_INFINITY);
  return last;
}
