import type { ForeignFunctions } from "hodu-plugin-sdk/node";
import type { BufferUse } from "./buffer-uses.ts";

/** The addresses of a program's buffers by number, as a run gets them, and what a run tells and is told (hodu_state of run.h). */
export class MemoryTable {
  readonly #foreign: ForeignFunctions;
  readonly #addresses: BigUint64Array;
  /** Memory whose address stands there, where it is likely to come again. What is the caller's is let go. */
  readonly #held: (Uint8Array | undefined)[];
  /** Whether the run is to end, and the step that it began last; behind them the size that kernels get. */
  readonly state = new Int32Array(new ArrayBuffer(16));
  readonly address: bigint;
  readonly stateAddress: bigint;

  constructor(buffers: number, size: number, foreign: ForeignFunctions) {
    new BigInt64Array(this.state.buffer, 8)[0] = BigInt(size);
    this.#foreign = foreign;
    this.#held = new Array<Uint8Array | undefined>(buffers).fill(undefined);
    this.#addresses = new BigUint64Array(new ArrayBuffer(8 * (buffers + 1)));
    this.address = foreign.address(this.#addresses);
    this.stateAddress = foreign.address(this.state);
  }

  /** Fills in the addresses of the buffers that kernels use. */
  fill(memory: readonly (Uint8Array | undefined)[], uses: readonly BufferUse[]): void {
    for (const { buffer, bytes, isCallers } of uses) {
      const found = memory[buffer];
      // what was transferred to another thread has no bytes left
      if (found === undefined || found.byteLength < bytes)
        throw new Error(`buffer ${buffer} has ${found?.byteLength ?? "no"} bytes, its kernels use ${bytes}`);
      if (found === this.#held[buffer]) continue;
      this.#addresses[buffer] = this.#foreign.address(found);
      if (!isCallers) this.#held[buffer] = found;
    }
  }
}
