import type { Program } from "@hodu/compiler";
import { type Graph, graphsIn, mapWeights, namesRead, type Snapshot, type Weight, type WeightStore } from "@hodu/core";
import { placeOf } from "../place-of.ts";

/** Every weight starts at a multiple of it, so that any dtype can view it in place. */
const ALIGNMENT = 16;

/** What is left of a model beside its program: inputs, outputs, the nodes that are called, and the weights that these and outputs read. */
export function callSnapshot({ graph, stores }: Snapshot, { steps, buffers, outputs }: Program): Snapshot {
  const nodes = steps.flatMap((step) => (step.kind === "call" ? [step.node] : []));
  const calls: Graph = {
    name: graph.name,
    inputs: graph.inputs,
    outputs: graph.outputs,
    weights: [],
    nodes,
    values: [],
  };
  const inBuffers = new Set(buffers.map(({ name }) => name));
  const read = namesRead({ ...calls, outputs: [] });
  for (const { from } of outputs) if (typeof from === "string") read.add(from);
  for (const name of inBuffers) read.delete(name);
  const weights = graph.weights.filter(({ name }) => read.has(name));
  const placed = buffers.flatMap(({ place }) => (place.kind === "weight" ? [place.weight.store] : []));
  return withOwnBytes({ graph: { ...calls, weights }, stores, metadata: [], producer: "" }, new Set(placed));
}

/** The Snapshot with the bytes that its weights use, and no others. Stores keep their numbers; files that nothing refers to become empty. */
function withOwnBytes(snapshot: Snapshot, placed: ReadonlySet<number>): Snapshot {
  const { stores, graph } = snapshot;
  const used = new Set([
    ...placed,
    ...[...graphsIn(graph)].flatMap(({ weights }) => weights.map(({ store }) => store)),
  ]);
  const places = new Map<string, number>();
  const lengths = stores.map(() => 0);
  const held = [...graphsIn(graph)]
    .flatMap(({ weights }) => weights)
    .filter(({ store }) => stores[store].kind === "bytes");
  for (const weight of held) {
    if (places.has(placeOf(weight))) continue;
    const offset = Math.ceil(lengths[weight.store] / ALIGNMENT) * ALIGNMENT;
    places.set(placeOf(weight), offset);
    lengths[weight.store] = offset + weight.length;
  }
  const copies = stores.map((store, i) => (store.kind === "bytes" ? new Uint8Array(lengths[i]) : undefined));
  for (const weight of held)
    copies[weight.store]?.set(bytesIn(stores[weight.store], weight), places.get(placeOf(weight)));
  const moved = mapWeights(graph, (weight) => ({ ...weight, offset: places.get(placeOf(weight)) ?? weight.offset }));
  const own = stores.map((store, i): WeightStore => {
    if (store.kind === "file") return used.has(i) ? store : { kind: "bytes", bytes: new Uint8Array(0) };
    return { kind: "bytes", bytes: copies[i]! };
  });
  return { ...snapshot, graph: moved, stores: own };
}

function bytesIn(store: WeightStore, { offset, length }: Weight): Uint8Array {
  return store.kind === "bytes" ? store.bytes.subarray(offset, offset + length) : new Uint8Array(0);
}
