import { mapWeights } from "../../snapshot/map-weights.ts";
import { graphsIn } from "../../snapshot/graphs.ts";
import type { Snapshot, Weight, WeightStore } from "../../snapshot/types.ts";
import { alignUp } from "./align-up.ts";
import { MAX_HELD_WEIGHT_BYTES } from "./limits.ts";

/** Bytes that are copied into the file; weights that share them in the source share them there. */
export interface WeightRange {
  /** The first weight that they are of, as the source has it. */
  readonly weight: Weight;
  /** Where they go. */
  readonly offset: number;
}

/** Where the weights of a Snapshot go when it is written. */
export interface WeightPlan {
  /** Those that are copied, in the order of the file: each at the next multiple of 64. */
  readonly ranges: readonly WeightRange[];
  /** Where the last one ends. */
  readonly end: number;
  /** The Snapshot over the new places; `digests` are those of the ranges (undefined: not known yet). */
  snapshot(digests?: readonly string[]): Snapshot;
}

/** Plans a file whose weights begin at `start` of `location` ("": the model's own). Small weights that the Snapshot holds stay with it. */
export function planWeights(snapshot: Snapshot, location: string, start: number): WeightPlan {
  const ranges: WeightRange[] = [];
  const held: WeightRange[] = [];
  const places = new Map<string, { readonly isHeld: boolean; readonly index: number }>();
  let end = start;
  let heldEnd = 0;
  for (const weight of Array.from(graphsIn(snapshot.graph)).flatMap(({ weights }) => weights)) {
    if (places.has(keyOf(weight))) continue;
    const isHeld = staysHeld(weight, snapshot.stores);
    const list = isHeld ? held : ranges;
    const offset = alignUp(isHeld ? heldEnd : end);
    places.set(keyOf(weight), { isHeld, index: list.push({ weight, offset }) - 1 });
    if (isHeld) heldEnd = offset + weight.length;
    else end = offset + weight.length;
  }
  const stores: WeightStore[] = [];
  if (ranges.length > 0) stores.push({ kind: "file", location });
  if (held.length > 0) stores.push({ kind: "bytes", bytes: gather(held, heldEnd, snapshot.stores) });
  const heldStore = stores.length - 1;
  return {
    ranges,
    end,
    snapshot: (digests) => ({
      ...snapshot,
      stores,
      graph: mapWeights(snapshot.graph, (weight) => {
        const { isHeld, index } = places.get(keyOf(weight))!;
        const { name, dtype, shape, length } = weight;
        if (isHeld) return { name, dtype, shape, store: heldStore, offset: held[index].offset, length };
        const digest = digests?.[index] ?? UNKNOWN_DIGEST;
        return { name, dtype, shape, store: 0, offset: ranges[index].offset, length, digest };
      }),
    }),
  };
}

/** As long as any digest, so that the header has its length before the weights are read. */
const UNKNOWN_DIGEST = "0".repeat(64);

const keyOf = ({ store, offset, length }: Weight): string => `${store} ${offset} ${length}`;

function staysHeld({ store, length }: Weight, stores: readonly WeightStore[]): boolean {
  return length === 0 || (stores[store].kind === "bytes" && length <= MAX_HELD_WEIGHT_BYTES);
}

function gather(held: readonly WeightRange[], size: number, stores: readonly WeightStore[]): Uint8Array {
  const bytes = new Uint8Array(size);
  for (const { weight, offset } of held) {
    const store = stores[weight.store];
    if (store.kind === "bytes") bytes.set(store.bytes.subarray(weight.offset, weight.offset + weight.length), offset);
  }
  return bytes;
}
