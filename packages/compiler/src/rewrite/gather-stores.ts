import { graphsIn, mapWeights, type Snapshot, type Weight, type WeightStore } from "@hodu/core";
import { OWN_STORE_BYTES } from "./limits.ts";

/** Every weight starts at a multiple of it, so that any dtype can view it in place. */
const ALIGNMENT = 16;

/**
 * The Snapshot with the weights of all stores from `first` on in one store, without the bytes that no weight uses any more. Large stores
 * stay as they are, after the others.
 */
export function gatherStores(snapshot: Snapshot, first: number): Snapshot {
  const { stores, graph } = snapshot;
  if (stores.length <= first) return snapshot;
  const made = [...graphsIn(graph)].flatMap(({ weights }) => weights).filter(({ store }) => store >= first);
  const isLarge = (weight: Weight): boolean => weight.length >= OWN_STORE_BYTES;
  const small = gather(
    made.filter((weight) => !isLarge(weight)),
    stores,
  );
  const kept = [...stores.slice(0, first), ...(small.places.size > 0 ? [small.store] : [])];
  const large = new Map<number, number>();
  for (const { store } of made.filter(isLarge)) {
    if (!large.has(store)) large.set(store, kept.push(stores[store]) - 1);
  }
  const moved = mapWeights(graph, (weight) => {
    if (weight.store < first) return weight;
    if (isLarge(weight)) return { ...weight, store: large.get(weight.store)! };
    return { ...weight, store: first, offset: small.places.get(placeOf(weight))! };
  });
  return { ...snapshot, graph: moved, stores: kept };
}

interface Gathered {
  readonly store: WeightStore;
  readonly places: ReadonlyMap<string, number>;
}

/** The bytes of weights side by side, each once. */
function gather(weights: readonly Weight[], stores: readonly WeightStore[]): Gathered {
  const places = new Map<string, number>();
  const parts: { readonly bytes: Uint8Array; readonly offset: number }[] = [];
  let length = 0;
  for (const weight of weights) {
    const place = placeOf(weight);
    if (places.has(place)) continue;
    const offset = Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    places.set(place, offset);
    parts.push({ bytes: bytesIn(stores[weight.store], weight), offset });
    length = offset + weight.length;
  }
  const bytes = new Uint8Array(length);
  for (const part of parts) bytes.set(part.bytes, part.offset);
  return { store: { kind: "bytes", bytes }, places };
}

const placeOf = ({ store, offset, length }: Weight): string => `${store} ${offset} ${length}`;

/** Passes make stores of bytes only. */
function bytesIn(store: WeightStore, { offset, length }: Weight): Uint8Array {
  return store.kind === "bytes" ? store.bytes.subarray(offset, offset + length) : new Uint8Array(length);
}
