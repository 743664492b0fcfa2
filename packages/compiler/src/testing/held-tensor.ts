import { heldWeights, type Snapshot, type Tensor } from "@hodu/core";

/** The tensor of a weight of the main graph whose bytes the Snapshot holds. For tests. */
export function heldTensor({ graph, stores }: Snapshot, name: string): Tensor {
  return heldWeights(stores)(graph.weights.find((weight) => weight.name === name)!)!;
}
