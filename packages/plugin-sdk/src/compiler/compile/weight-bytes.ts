import { graphsIn, HoduError, quote, type Snapshot, type Weight, type WeightStore } from "@hodu/core";
import type { Model } from "../../contracts/model.ts";
import { checkDigest } from "../../weights/check-digest.ts";
import { openStores } from "../../weights/open-stores.ts";
import { placeOf } from "../place-of.ts";

/** Gives the bytes of a weight of a model; never write to them. */
export type WeightBytes = (weight: Weight) => Uint8Array;

/** The bytes of weights in files, by place. */
export type FileWeights = ReadonlyMap<string, Uint8Array>;

/**
 * Reads all weights of a model that lie in files, and holds them to their digests. A file that is mapped is not copied.
 * Throws MISSING_INPUT, BAD_MODEL, and what `pace` throws.
 */
export async function readFileWeights(model: Model, pace: () => Promise<void> | undefined): Promise<FileWeights> {
  const { snapshot } = model;
  const files = new Map<string, Uint8Array>();
  if (snapshot.stores.every(({ kind }) => kind === "bytes")) return files;
  const opened = await openStores(model, "compile the model");
  for (const weight of [...graphsIn(snapshot.graph)].flatMap(({ weights }) => weights)) {
    const place = placeOf(weight);
    if (snapshot.stores[weight.store].kind === "bytes" || files.has(place)) continue;
    const bytes = await opened[weight.store].read(weight.offset, weight.length);
    await checkDigest(weight, bytes, opened[weight.store].name, pace);
    files.set(place, bytes);
  }
  return files;
}

/** The bytes of all weights of a Snapshot, whose weights in files are among those that were read. */
export function weightBytes({ stores }: Snapshot, files: FileWeights): WeightBytes {
  return (weight) => {
    const found = files.get(placeOf(weight)) ?? heldBytes(stores[weight.store], weight);
    if (found !== undefined) return found;
    const where = { field: `weight ${quote(weight.name)}` };
    throw new HoduError("INVALID_GRAPH", `Cannot read ${where.field}: it was not in the model`, { where });
  };
}

function heldBytes(store: WeightStore, { offset, length }: Weight): Uint8Array | undefined {
  return store.kind === "bytes" ? store.bytes.subarray(offset, offset + length) : undefined;
}
