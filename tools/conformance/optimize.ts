import { optimizeModel, type OptLevel, type WeightReader } from "@hodu/compiler";
import type { Snapshot } from "@hodu/core";
import type { ReadModel } from "@hodu/engine";
import { placeOf, readFileWeights } from "hodu-plugin-sdk/compiler";

/** The model at a level of optimisation, verified after every pass. */
export async function optimize({ snapshot, source }: ReadModel, level: OptLevel): Promise<Snapshot> {
  if (level === 0) return snapshot;
  const readWeight = await fileWeightReader({ snapshot, source });
  return (await optimizeModel(snapshot, { level }, { verify: true, readWeight })).snapshot;
}

/** Reads all weights that lie in files, so that passes can look at them. */
export async function fileWeightReader(model: ReadModel): Promise<WeightReader> {
  const files = await readFileWeights(model, () => undefined);
  return (weight) => files.get(placeOf(weight));
}
