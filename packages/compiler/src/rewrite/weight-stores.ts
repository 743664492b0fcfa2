import { bytesOfTensor, type Tensor, type Weight, type WeightStore } from "@hodu/core";

/** Stores for weights that rewrites make, after those that a model has: one for each, over the tensor's own memory. */
export class WeightStores {
  readonly #stores: WeightStore[];

  constructor(stores: readonly WeightStore[]) {
    this.#stores = [...stores];
  }

  /** A weight that holds a tensor, which nothing may write to from then on. */
  add(name: string, tensor: Tensor): Weight {
    const bytes = bytesOfTensor(tensor);
    const { dtype, shape } = tensor;
    const store = this.#stores.push({ kind: "bytes", bytes }) - 1;
    return { name, dtype, shape, store, offset: 0, length: bytes.length };
  }

  /** All stores of the model. */
  stores(): readonly WeightStore[] {
    return this.#stores;
  }
}
