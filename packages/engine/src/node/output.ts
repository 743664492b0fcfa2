import type { ByteSink } from "hodu-plugin-sdk";

/** What is written, until it is either committed or discarded. */
export interface Output {
  readonly sink: ByteSink;
  /** All that was written is where it belongs. Throws CANNOT_CREATE, IO. */
  commit(): Promise<void>;
  /** Leaves nothing. Never fails; after a `commit` that resolved it must not be called. */
  discard(): Promise<void>;
}
