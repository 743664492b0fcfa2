import type { ByteSource } from "hodu-plugin-sdk";
import { type Answers, type HOST_METHODS, protocolError, type WireSource } from "hodu-plugin-sdk/protocol";

/** The files that belong to one call or session. */
export interface SourceScope {
  open(source: ByteSource): WireSource;
  /** Takes all of them back. */
  close(): void;
}

interface Entry {
  readonly source: ByteSource;
  readonly numbers: Set<number>;
}

/** Files that a plugin's process may read, by number. */
export class SourceTable {
  readonly #entries = new Map<number, Entry>();
  #last = 0;

  readonly answers: Answers<typeof HOST_METHODS> = {
    "source.read": async ({ source, offset, length }) => ({
      bytes: await this.#entry(source).source.read(offset, length),
    }),
    "source.sibling": async ({ source, name }) => {
      const { source: file, numbers } = this.#entry(source);
      return { source: this.#add(await file.sibling(name), numbers) };
    },
  };

  scope(): SourceScope {
    const numbers = new Set<number>();
    return {
      open: (source) => this.#add(source, numbers),
      close: () => {
        for (const number of numbers) this.#entries.delete(number);
      },
    };
  }

  close(number: number): void {
    this.#entries.get(number)?.numbers.delete(number);
    this.#entries.delete(number);
  }

  #add(source: ByteSource, numbers: Set<number>): WireSource {
    this.#last += 1;
    numbers.add(this.#last);
    this.#entries.set(this.#last, { source, numbers });
    return { source: this.#last, name: source.name, size: source.size };
  }

  #entry(number: number): Entry {
    const found = this.#entries.get(number);
    if (found !== undefined) return found;
    throw protocolError(
      "read a file for the plugin",
      `the number ${number}`,
      "that of a file of an open call or session",
    );
  }
}
