import type { Weight, WeightStore } from "../snapshot/types.ts";
import { bytesOfTensor } from "../tensors/bytes.ts";
import type { Tensor } from "../tensors/tensor.ts";

/** Every weight starts at a multiple of it, so that any dtype can view it in place. */
const ALIGNMENT = 16;

/** Gathers weights that are made for a model in one store after those that it has. */
export class ConstantStore {
  readonly #stores: readonly WeightStore[];
  readonly #parts: { readonly bytes: Uint8Array; readonly offset: number }[] = [];
  #length = 0;

  constructor(stores: readonly WeightStore[]) {
    this.#stores = stores;
  }

  /** A weight that holds a tensor. */
  add(name: string, tensor: Tensor): Weight {
    const bytes = bytesOfTensor(tensor);
    const offset = this.#length;
    this.#parts.push({ bytes, offset });
    this.#length = Math.ceil((offset + bytes.length) / ALIGNMENT) * ALIGNMENT;
    const { dtype, shape } = tensor;
    return { name, dtype, shape, store: this.#stores.length, offset, length: bytes.length };
  }

  /** All stores of the model; nothing may be added after. */
  stores(): readonly WeightStore[] {
    if (this.#parts.length === 0) return this.#stores;
    const bytes = new Uint8Array(this.#length);
    for (const part of this.#parts) bytes.set(part.bytes, part.offset);
    return [...this.#stores, { kind: "bytes", bytes }];
  }
}
