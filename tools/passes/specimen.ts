import type { WeightReader } from "@hodu/compiler";
import type { NamedValue, Snapshot } from "@hodu/core";
import type { ByteSource } from "hodu-plugin-sdk";

/** A model and inputs to try passes on. */
export interface Specimen {
  readonly name: string;
  readonly snapshot: Snapshot;
  /** The file of its weights. */
  readonly source: ByteSource | undefined;
  readonly inputs: readonly NamedValue[];
  readonly readWeight: WeightReader | undefined;
}
