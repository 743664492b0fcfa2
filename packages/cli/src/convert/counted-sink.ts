import type { ByteSink } from "hodu-plugin-sdk";

/** A file that was written. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
}

/** Sinks of one output, which count what goes through them. */
export class SinkCounter {
  readonly #files = new Map<string, number>();
  readonly #onBytes: (total: number) => void;
  #total = 0;

  constructor(onBytes: (total: number) => void) {
    this.#onBytes = onBytes;
  }

  /** What was written so far, in the order in which the files were begun. */
  get files(): readonly WrittenFile[] {
    return [...this.#files].map(([name, bytes]) => ({ name, bytes }));
  }

  /** The same sink, counted. */
  count(sink: ByteSink): ByteSink {
    this.#files.set(sink.name, 0);
    return {
      name: sink.name,
      write: async (bytes) => {
        await sink.write(bytes);
        this.#files.set(sink.name, (this.#files.get(sink.name) ?? 0) + bytes.length);
        this.#total += bytes.length;
        this.#onBytes(this.#total);
      },
      sibling: async (other) => this.count(await sink.sibling(other)),
    };
  }
}
