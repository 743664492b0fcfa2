import {
  type Graph,
  graphsIn,
  HoduError,
  quote,
  type Snapshot,
  type Tensor,
  tensorFromBytes,
  type Weight,
} from "@hodu/core";
import type { ByteSource } from "hodu-plugin-sdk";

/** Tensors of all weights of a Snapshot, by graph (the main one and subgraphs). Views of the source where alignment allows. */
export async function loadWeights(
  snapshot: Snapshot,
  source: ByteSource | undefined,
): Promise<ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>> {
  const readers = await Promise.all(snapshot.stores.map((store) => storeReader(store, source)));
  const tensors = new Map<Graph, Map<string, Tensor>>();
  for (const graph of graphsIn(snapshot.graph)) {
    if (graph.weights.length === 0) continue;
    const own = new Map<string, Tensor>();
    for (const weight of graph.weights) own.set(weight.name, await readWeight(weight, readers[weight.store]));
    tensors.set(graph, own);
  }
  return tensors;
}

type Reader = (offset: number, length: number) => Promise<Uint8Array> | Uint8Array;

async function storeReader(store: Snapshot["stores"][number], source: ByteSource | undefined): Promise<Reader> {
  if (store.kind === "bytes") return (offset, length) => store.bytes.subarray(offset, offset + length);
  if (source === undefined) {
    throw new HoduError(
      "MISSING_INPUT",
      "Cannot load the weights: the model keeps them in a file, which was not given",
    );
  }
  const file = store.location === "" ? source : await source.sibling(store.location);
  return (offset, length) => file.read(offset, length);
}

async function readWeight(weight: Weight, read: Reader): Promise<Tensor> {
  try {
    return tensorFromBytes(weight.dtype, weight.shape, await read(weight.offset, weight.length));
  } catch (error) {
    throw error instanceof HoduError ? error.at({ field: `weight ${quote(weight.name)}` }) : error;
  }
}
