import { HoduError } from "hodu-plugin-sdk";

/** Where buffers begin: FIRST_BUFFER_ADDRESS of the emitter, which is not loaded for it. */
export const BUFFERS_ADDRESS = 1_048_576;

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65_536;

/** 4 GiB: what addresses of 32 bits reach. */
const MAX_PAGES = 65_536;

/** Buffers begin at multiples of this. */
const ALIGNMENT = 64;

const roundUp = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The one memory of a module, given out from its start on and never taken back. */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  readonly #isShared: boolean;
  #end = BUFFERS_ADDRESS;

  /**
   * `bytes`: of all `allocate` calls to come, each rounded up to 64. A memory that threads share may grow to twice that; growing one that is
   * not would take the views of it from their owners. Throws MEMORY_LIMIT.
   */
  constructor(bytes: number, isShared: boolean) {
    const initial = pagesFor(BUFFERS_ADDRESS + bytes);
    const maximum = Math.min(MAX_PAGES, initial * 2);
    this.#isShared = isShared;
    try {
      this.memory = new WebAssembly.Memory(
        isShared ? { initial, maximum, shared: true } : { initial, maximum: initial },
      );
    } catch (cause) {
      throw new HoduError("MEMORY_LIMIT", `Cannot take ${initial * PAGE} bytes of memory: the engine refuses them`, {
        cause,
        hint: "close other programs, or run with --backend interp",
      });
    }
  }

  /** Zeros at a multiple of 64; their address is `byteOffset`. Throws MEMORY_LIMIT. */
  allocate(bytes: number): Uint8Array {
    const start = this.#end;
    const end = start + roundUp(bytes);
    if (end > this.memory.buffer.byteLength) this.#grow(end);
    this.#end = end;
    return new Uint8Array(this.memory.buffer, start, bytes);
  }

  #grow(end: number): void {
    const pages = pagesFor(end) - this.memory.buffer.byteLength / PAGE;
    try {
      if (!this.#isShared) throw new RangeError("a memory that is not shared does not grow");
      this.memory.grow(pages);
    } catch (cause) {
      throw tooLarge(end, cause);
    }
  }
}

/** Bytes that an allocation of so many takes. */
export const allocatedBytes = roundUp;

function pagesFor(bytes: number): number {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > MAX_PAGES) throw tooLarge(bytes);
  return pages;
}

const tooLarge = (bytes: number, cause?: unknown): HoduError =>
  new HoduError(
    "MEMORY_LIMIT",
    `Cannot run the model in WebAssembly: found ${bytes} bytes of values and weights, expected at most ${MAX_PAGES * PAGE}`,
    { hint: "run it with --backend cpu or interp", cause },
  );
