import { MAX_SPARE_BYTES, MOST_MEMORY_BYTES } from "./limits.ts";

/** Memory from this size on is mapped from the system, which takes it back when it is collected: worth keeping. */
const LARGE = 256 * 1024;

/** Mapped memory begins 16 bytes after a page. Systems copy to the start of a cache line in half the time that they take to elsewhere in it. */
const LINE_START = 48;

/** The least that a system gives of memory. */
const PAGE = 4096;

/** Memory for parts that come. It is used again where that is safe: pages of fresh memory cost as much as the copy into them. */
export class SpareMemory {
  readonly #taken = new WeakSet<ArrayBufferLike>();
  /** The newest last. */
  #held: ArrayBuffer[] = [];

  /** Memory of that size with any content: what was held of it, since calls often repeat; else fresh memory. */
  take(size: number): Uint8Array {
    const at = this.#find(size);
    const memory = at < 0 ? allocate(size) : this.#held.splice(at, 1)[0];
    if (size >= LARGE) this.#taken.add(memory);
    return new Uint8Array(memory, memory.byteLength - size);
  }

  /** Makes memory of that size ready. */
  expect(size: number): void {
    if (size < LARGE || size > MOST_MEMORY_BYTES || this.#find(size) >= 0) return;
    const bytes = new Uint8Array(allocate(size));
    for (let at = 0; at < bytes.length; at += PAGE) bytes[at] = 0;
    this.#hold(bytes.buffer);
  }

  /**
   * Takes memory back that `take` gave and nobody needs any more. It is detached: whoever still looks at it finds nothing. Other memory is
   * left alone.
   */
  giveBack(memory: ArrayBufferLike): void {
    // A plugin may have transferred it, to a thread of its own.
    const isGone = memory.byteLength === 0;
    if (!(memory instanceof ArrayBuffer) || !this.#taken.delete(memory) || isGone) return;
    this.#hold(structuredClone(memory, { transfer: [memory] }));
  }

  /** Holds nothing any more. */
  clear(): void {
    this.#held = [];
  }

  #find(size: number): number {
    return this.#held.findLastIndex(({ byteLength }) => byteLength === lengthFor(size));
  }

  #hold(memory: ArrayBuffer): void {
    this.#held.push(memory);
    const held = (): number => this.#held.reduce((sum, { byteLength }) => sum + byteLength, 0);
    while (held() > MAX_SPARE_BYTES) this.#held.shift();
  }
}

const lengthFor = (size: number): number => (size < LARGE ? size : LINE_START + size);

/** All of it is written to before it is read: where the system can be asked for memory as it is, it need not be cleared. */
function allocate(size: number): ArrayBuffer {
  const length = lengthFor(size);
  return typeof Buffer === "undefined" || size < LARGE
    ? new ArrayBuffer(length)
    : Buffer.allocUnsafeSlow(length).buffer;
}
