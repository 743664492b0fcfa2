import { optimizeModel, type OptLevel, type WeightReader } from "@hodu/compiler";
import { graphsIn, type Snapshot, type Weight } from "@hodu/core";
import { openStores, type ReadModel } from "@hodu/engine";

/** The model at a level of optimisation, verified after every pass. */
export async function optimize({ snapshot, source }: ReadModel, level: OptLevel): Promise<Snapshot> {
  if (level === 0) return snapshot;
  const readWeight = await readFileWeights({ snapshot, source });
  return (await optimizeModel(snapshot, { level }, { verify: true, readWeight })).snapshot;
}

/** Reads all weights that lie in files, so that passes can look at them. */
export async function readFileWeights({ snapshot, source }: ReadModel): Promise<WeightReader> {
  const stores = await openStores({ snapshot, source }, "optimise the model");
  const place = ({ store, offset, length }: Weight): string => `${store} ${offset} ${length}`;
  const bytes = new Map<string, Uint8Array>();
  for (const { weights } of graphsIn(snapshot.graph)) {
    for (const weight of weights) {
      if (snapshot.stores[weight.store].kind === "bytes") continue;
      bytes.set(place(weight), await stores[weight.store].read(weight.offset, weight.length));
    }
  }
  return (weight) => bytes.get(place(weight));
}
