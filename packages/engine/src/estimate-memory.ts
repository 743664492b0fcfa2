import {
  type Dim,
  type Facts,
  type Graph,
  graphsIn,
  heldWeights,
  inferGraph,
  memoryBytes,
  newFacts,
  type Snapshot,
  typeIn,
  type ValueType,
} from "@hodu/core";

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

/** What a run will take, from inferred types alone: no weight that lies in a file is read. */
export function estimateMemory(snapshot: Snapshot, sizes: ReadonlyMap<string, number>): MemoryEstimate {
  const constantOf = heldWeights(snapshot.stores);
  const estimator = new Estimator(sizes, { constantOf, tolerant: true });
  const peakBytes = estimator.peak(snapshot.graph, undefined);
  return {
    weightBytes: weightBytes(snapshot),
    peakBytes,
    unknownValues: estimator.unknown,
    assumed: [...estimator.assumed].sort(),
  };
}

class Estimator {
  unknown = 0;
  readonly assumed = new Set<string>();
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #options: NonNullable<Parameters<typeof inferGraph>[1]>;

  constructor(sizes: ReadonlyMap<string, number>, options: NonNullable<Parameters<typeof inferGraph>[1]>) {
    this.#sizes = sizes;
    this.#options = options;
  }

  /** The most that values of a graph take at once; a node with subgraphs takes what the largest of them does. */
  peak(graph: Graph, parent: Facts | undefined): number {
    const facts = inferGraph(graph, this.#options, parent ?? newFacts());
    const last = lastUses(graph);
    const live = new Map<string, number>();
    let bytes = 0;
    let peak = 0;
    graph.nodes.forEach((node, i) => {
      for (const name of node.outputs) {
        if (name === "") continue;
        const size = this.#bytesOf(typeIn(facts, name));
        live.set(name, size);
        bytes += size;
      }
      const inner = node.attributes.map(({ value }) => (value.kind === "graph" ? this.peak(value.value, facts) : 0));
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
    if (type?.kind !== "tensor" || type.shape === undefined) {
      this.unknown += 1;
      return 0;
    }
    let count = 1;
    for (const dim of type.shape) {
      const size = this.#sizeOf(dim);
      if (size === undefined) {
        this.unknown += 1;
        return 0;
      }
      count *= size;
    }
    return memoryBytes(type.dtype, count);
  }

  /** A dim's size; symbols of the model without a size count as 1, those that inference made are not known. */
  #sizeOf(dim: Dim): number | undefined {
    if (typeof dim === "number") return dim;
    let size = dim.constant;
    for (const [symbol, coefficient] of dim.terms) {
      if (symbol.startsWith("?")) return undefined;
      if (!this.#sizes.has(symbol)) this.assumed.add(symbol);
      size += coefficient * (this.#sizes.get(symbol) ?? 1);
    }
    return Math.max(0, size);
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
