import { graphsIn, mapWeights, type Snapshot } from "@hodu/core";
import { snapshot as snapshotCodec } from "@hodu/core/wire";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { Model } from "../contracts/model.ts";
import { expectSame } from "./same-data.ts";

/** Throws when two models differ in anything but where their weights lie and whether their digests are known. */
export async function expectSameModels(one: Model, other: Model, what: string): Promise<void> {
  expectSame(snapshotCodec, withoutPlaces(one.snapshot), withoutPlaces(other.snapshot), what);
  const [first, second] = [await weightsOf(one), await weightsOf(other)];
  for (const [i, { name, bytes }] of first.entries()) {
    if (Buffer.compare(bytes, second[i].bytes) !== 0)
      throw new Error(`${what} differ in the bytes of weight "${name}"`);
  }
}

function withoutPlaces(snapshot: Snapshot): Snapshot {
  const graph = mapWeights(snapshot.graph, ({ name, dtype, shape, length }) => {
    return { name, dtype, shape, store: 0, offset: 0, length };
  });
  return { ...snapshot, graph, stores: [] };
}

interface WeightBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function weightsOf({ snapshot, source }: Model): Promise<readonly WeightBytes[]> {
  const stores = await Promise.all(snapshot.stores.map((_, i) => storeOf(snapshot, i, source)));
  const weights = [...graphsIn(snapshot.graph)].flatMap((graph) => graph.weights);
  return Promise.all(
    weights.map(async ({ name, store, offset, length }) => ({ name, bytes: await stores[store](offset, length) })),
  );
}

async function storeOf(snapshot: Snapshot, index: number, source: ByteSource | undefined): Promise<ByteSource["read"]> {
  const store = snapshot.stores[index];
  if (store.kind === "bytes") return async (offset, length) => store.bytes.subarray(offset, offset + length);
  if (source === undefined) throw new Error(`the weights are in the file "${store.location}", and there is none`);
  const file = store.location === "" ? source : await source.sibling(store.location);
  return (offset, length) => file.read(offset, length);
}
