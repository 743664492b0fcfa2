import type { FileHandle } from "node:fs/promises";
import { findWriteBack } from "./write-back.ts";

/** Pieces below this size are written together: one call of the system for each small one would cost more than its bytes. */
const BUFFER_BYTES = 256 << 10;

/** The disk begins with a large file while the rest is still made: all of it at the end would take a third of the time again. */
const WRITE_BACK_BYTES = 8 << 20;

/** Writes an open file from its start to its end, in the order of the calls. After a failure every later call fails with it. */
export class Appender {
  readonly #handle: FileHandle;
  #buffer: Uint8Array | undefined;
  #held = 0;
  #written = 0;
  /** Bytes that the disk was asked to take. */
  #begun = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** `bytes` are the caller's again when it has resolved. */
  append(bytes: Uint8Array): Promise<void> {
    return this.#afterLast(() => this.#take(bytes));
  }

  /** Hands all bytes to the system. */
  flush(): Promise<void> {
    return this.#afterLast(() => this.#writeHeld());
  }

  #afterLast(action: () => Promise<void> | undefined): Promise<void> {
    this.#last = this.#last.then(action);
    // Whoever did not wait for this one hears of it from the next, or from `flush`.
    this.#last.catch(() => {});
    return this.#last;
  }

  async #take(bytes: Uint8Array): Promise<void> {
    if (this.#held + bytes.length > BUFFER_BYTES) await this.#writeHeld();
    if (bytes.length >= BUFFER_BYTES) {
      await this.#write(bytes);
      return;
    }
    this.#buffer ??= new Uint8Array(BUFFER_BYTES);
    this.#buffer.set(bytes, this.#held);
    this.#held += bytes.length;
  }

  async #writeHeld(): Promise<void> {
    if (this.#buffer === undefined) return;
    const held = this.#buffer.subarray(0, this.#held);
    this.#held = 0;
    await this.#write(held);
  }

  /** The system may take fewer bytes than it is given. */
  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, null);
      done += bytesWritten;
      this.#written += bytesWritten;
    }
    if (this.#written - this.#begun < WRITE_BACK_BYTES) return;
    findWriteBack()(this.#handle.fd, this.#begun, this.#written - this.#begun);
    this.#begun = this.#written;
  }
}
