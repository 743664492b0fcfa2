import { graphsIn, mapWeights, type Snapshot, type Weight, type WeightStore } from "@hodu/core";

/** Every weight starts at a multiple of it, so that any dtype can view it in place. */
const ALIGNMENT = 16;

/** The Snapshot with the weights of all stores from `first` on in one store, without the bytes that no weight uses any more. */
export function gatherStores(snapshot: Snapshot, first: number): Snapshot {
  const { stores, graph } = snapshot;
  if (stores.length <= first) return snapshot;
  const made = [...graphsIn(graph)].flatMap(({ weights }) => weights).filter(({ store }) => store >= first);
  const kept = stores.slice(0, first);
  if (made.length === 0) return { ...snapshot, stores: kept };
  const places = new Map<string, number>();
  const parts: { readonly bytes: Uint8Array; readonly offset: number }[] = [];
  let length = 0;
  for (const weight of made) {
    const place = placeOf(weight);
    if (places.has(place)) continue;
    const offset = Math.ceil(length / ALIGNMENT) * ALIGNMENT;
    places.set(place, offset);
    parts.push({ bytes: bytesIn(stores[weight.store], weight), offset });
    length = offset + weight.length;
  }
  const bytes = new Uint8Array(length);
  for (const part of parts) bytes.set(part.bytes, part.offset);
  const moved = mapWeights(graph, (weight) =>
    weight.store < first ? weight : { ...weight, store: first, offset: places.get(placeOf(weight))! },
  );
  return { ...snapshot, graph: moved, stores: [...kept, { kind: "bytes", bytes }] };
}

const placeOf = ({ store, offset, length }: Weight): string => `${store} ${offset} ${length}`;

/** Passes make stores of bytes only. */
function bytesIn(store: WeightStore, { offset, length }: Weight): Uint8Array {
  return store.kind === "bytes" ? store.bytes.subarray(offset, offset + length) : new Uint8Array(length);
}
