import { type Graph, HoduError, type Snapshot, type WeightStore } from "@hodu/core";
import { bytesSource } from "../bytes-source.ts";
import type { Model } from "../contracts/model.ts";

/** The same model with its weights in a file beside the model file, as they are after a large model was read. */
export function withWeightsInFile(snapshot: Snapshot): Model {
  const pieces = snapshot.stores.map(bytesOf);
  const starts: number[] = [];
  let size = 0;
  for (const piece of pieces) {
    starts.push(size);
    size += piece.length;
  }
  const file = new Uint8Array(size);
  for (const [i, piece] of pieces.entries()) file.set(piece, starts[i]);
  const moved: Graph = {
    ...snapshot.graph,
    weights: snapshot.graph.weights.map((weight) => ({
      ...weight,
      store: 0,
      offset: weight.offset + starts[weight.store],
    })),
  };
  return {
    snapshot: { ...snapshot, graph: moved, stores: [{ kind: "file", location: "weights.bin" }] },
    source: bytesSource("model.test", new Uint8Array(0), new Map([["weights.bin", file]])),
  };
}

function bytesOf(store: WeightStore): Uint8Array {
  if (store.kind === "bytes") return store.bytes;
  throw new HoduError("BAD_USAGE", `Cannot move the weights of ${store.location}: they are in a file already`);
}
