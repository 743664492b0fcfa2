import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ByteSink } from "hodu-plugin-sdk";
import { Appender } from "./appender.ts";
import type { Output } from "./output.ts";
import { cannotCreate, errnoOf, writeError } from "hodu-plugin-sdk/node";

/** How often a pipe that nobody reads yet is looked at. */
const LOOK_EVERY_MS = 50;

/** O_NONBLOCK is absent on Windows. */
const PROBE_FLAGS = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0);

/** A pipe or a device, such as /dev/stdout: what is written is gone, and there is no place for other files beside it. */
export class StreamOutput implements Output {
  readonly sink: ByteSink;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #appender: Appender;

  /** Waits for somebody to read a pipe. Throws CANNOT_CREATE, IO, and what an abort of the signal is told as by `check`. */
  static async open(path: string, signal: AbortSignal | undefined, check: () => void): Promise<StreamOutput> {
    // Held until the other is open: a pipe whose only writer closes it has ended for its reader.
    const probe = await openProbe(path, signal, check);
    try {
      return new StreamOutput(path, await open(path, constants.O_WRONLY), check);
    } catch (cause) {
      throw writeError(path, cause);
    } finally {
      await probe.close();
    }
  }

  private constructor(path: string, handle: FileHandle, check: () => void) {
    this.#path = path;
    this.#handle = handle;
    this.#appender = new Appender(handle);
    this.sink = {
      name: path,
      write: (bytes) => {
        check();
        return this.#told(() => this.#appender.append(bytes));
      },
      sibling: async (name) => {
        throw cannotCreate(name, `there is no folder to put it into beside ${path}, expected a file as output`);
      },
    };
  }

  commit(): Promise<void> {
    return this.#told(async () => {
      await this.#appender.flush();
      await this.#handle.close();
    });
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
  }

  async #told(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
  }
}

/** Opening a pipe for writing would wait for its reader in the system, where no signal ends it: opened like this it does not. */
async function openProbe(path: string, signal: AbortSignal | undefined, check: () => void): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(path, PROBE_FLAGS);
    } catch (cause) {
      if (errnoOf(cause) !== "ENXIO") throw writeError(path, cause);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    check();
  }
}
