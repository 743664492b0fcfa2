import type { Snapshot } from "@hodu/core";
import type { ByteSource } from "./byte-source.ts";

/** A verified Snapshot and the file that its weights of kind "file" refer to (undefined when it has none). */
export interface Model {
  readonly snapshot: Snapshot;
  readonly source: ByteSource | undefined;
}
