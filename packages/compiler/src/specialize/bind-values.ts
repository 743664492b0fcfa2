import { bytesOfTensor, type Snapshot, type Tensor, type Weight, type WeightStore } from "@hodu/core";

/**
 * The model with values for some of its inputs, which become weights: what follows from them can be folded, and shapes that they tell are
 * known. Names without an input are left out; the caller has checked dtypes and shapes.
 */
export function bindValues(snapshot: Snapshot, values: ReadonlyMap<string, Tensor>): Snapshot {
  const { graph } = snapshot;
  const bound = graph.inputs.filter(({ name }) => values.has(name)).map(({ name }) => name);
  const stores: WeightStore[] = [...snapshot.stores];
  const weights = bound.map((name): Weight => {
    const { dtype, shape } = values.get(name)!;
    const bytes = new Uint8Array(bytesOfTensor(values.get(name)!));
    const store = stores.push({ kind: "bytes", bytes }) - 1;
    return { name, dtype, shape, store, offset: 0, length: bytes.length };
  });
  return {
    ...snapshot,
    stores,
    graph: {
      ...graph,
      inputs: graph.inputs.filter(({ name }) => !values.has(name)),
      weights: [...graph.weights.filter(({ name }) => !bound.includes(name)), ...weights],
    },
  };
}
