import { storageKey, type TensorData } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import { memoryBytes } from "../tensors/bytes.ts";

/** Counts the bytes of storage that values keep alive; views of one storage count once. */
export class MemoryAccount {
  readonly limit: number;
  #live = 0;
  #peak = 0;
  /** Taken by the kernel that runs now, before its outputs are held. */
  #transient = 0;
  readonly #holders = new Map<object, { count: number; readonly bytes: number }>();
  readonly #pinned = new Set<object>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Most bytes at once so far. */
  get peak(): number {
    return this.#peak;
  }

  /** Storage that is paid for elsewhere (weights, the caller's inputs). */
  pin(value: Value): void {
    for (const storage of storagesOf(value)) this.#pinned.add(storage.key);
  }

  /** Whether a storage (an ArrayBuffer, an array of strings) is paid for elsewhere. */
  isPinned(storage: object): boolean {
    return this.#pinned.has(storage);
  }

  /** True when `bytes` more fit; then they count until `settle`. */
  reserve(bytes: number): boolean {
    if (!(this.#live + this.#transient + bytes <= this.limit)) return false;
    this.#transient += bytes;
    this.#peak = Math.max(this.#peak, this.#live + this.#transient);
    return true;
  }

  /** What is reserved now; a kernel that runs in another one begins with what that has taken. */
  get mark(): number {
    return this.#transient;
  }

  /** Ends what has begun at `mark`: what it took counts only as far as values hold it. */
  settle(mark: number): void {
    this.#transient = mark;
  }

  /** Counts a value's storage until it is released as often as it was held. */
  hold(value: Value): void {
    for (const { key, bytes } of storagesOf(value)) {
      if (this.#pinned.has(key)) continue;
      const holder = this.#holders.get(key);
      if (holder !== undefined) holder.count++;
      else {
        this.#holders.set(key, { count: 1, bytes });
        this.#live += bytes;
      }
    }
    this.#peak = Math.max(this.#peak, this.#live + this.#transient);
  }

  release(value: Value): void {
    for (const { key } of storagesOf(value)) {
      const holder = this.#holders.get(key);
      if (holder === undefined || --holder.count > 0) continue;
      this.#holders.delete(key);
      this.#live -= holder.bytes;
    }
  }
}

function* storagesOf(value: Value): Generator<{ readonly key: object; readonly bytes: number }> {
  switch (value.kind) {
    case "tensor":
      yield { key: storageKey(value.data), bytes: storageBytes(value.data) };
      return;
    case "sequence":
      for (const item of value.items) yield* storagesOf(item);
      return;
    case "optional":
      if (value.value !== undefined) yield* storagesOf(value.value);
      return;
    case "map":
      for (const item of value.values) yield* storagesOf(item);
  }
}

function storageBytes(data: TensorData): number {
  return Array.isArray(data) ? memoryBytes("string", data.length) : data.buffer.byteLength;
}
