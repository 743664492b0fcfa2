import { HoduError } from "../errors/hodu-error.ts";
import type { Steps } from "../kernels/context.ts";
import { memoryBytes } from "../tensors/bytes.ts";
import {
  copyElements,
  denseData,
  elementCount,
  isWide,
  newStorage,
  storageKey,
  type Tensor,
  tensorOf,
} from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import { formatBytes } from "./kernel-context.ts";
import type { MemoryAccount } from "./memory.ts";

/**
 * The values as their receiver's own: a tensor that is a view of what the account has pinned (weights, inputs) or of another of
 * them is copied. Throws MEMORY_LIMIT.
 */
export function* ownValues(values: readonly Value[], account: MemoryAccount): Steps<Value[]> {
  const owner = new Owner(account);
  const own: Value[] = [];
  for (const value of values) {
    own.push(owner.own(value));
    yield undefined;
  }
  return own;
}

/** Takes tensors one by one and knows the storage of those that it took. */
class Owner {
  readonly #account: MemoryAccount;
  readonly #taken = new Set<object>();

  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  own(value: Value): Value {
    switch (value.kind) {
      case "tensor":
        return this.#tensor(value);
      case "sequence":
        return { ...value, items: value.items.map((item) => this.own(item)) };
      case "optional":
        return value.value === undefined ? value : { ...value, value: this.own(value.value) };
      case "map":
        return { ...value, values: value.values.map((item) => this.own(item)) };
    }
  }

  #tensor(tensor: Tensor): Tensor {
    const storage = storageKey(tensor.data);
    const isOwn = !this.#account.isPinned(storage) && !this.#taken.has(storage);
    this.#taken.add(storage);
    return isOwn ? tensor : this.#copy(tensor);
  }

  #copy(tensor: Tensor): Tensor {
    const count = elementCount(tensor.shape);
    const bytes = memoryBytes(isWide(tensor) ? "f64" : tensor.dtype, count);
    if (!this.#account.reserve(bytes)) {
      throw new HoduError(
        "MEMORY_LIMIT",
        `Cannot give the outputs: a copy of one would take ${formatBytes(bytes)} more, expected at most ${formatBytes(this.#account.limit)} in all`,
      );
    }
    const data = newStorage(tensor.dtype, count, isWide(tensor));
    copyElements(denseData(tensor), data);
    return tensorOf(tensor.dtype, tensor.shape, data);
  }
}
