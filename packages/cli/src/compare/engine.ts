import type { Snapshot, Value } from "@hodu/core";
import type { NamedValue } from "hodu-plugin-sdk";

/** What runs models, to be compared with another. */
export interface Engine {
  /** As people are told: `cpu`, `interp in double`, `onnxruntime`. */
  readonly name: string;
  /** Runs a model once; its outputs by name. Throws what compiling and running throw. */
  run(snapshot: Snapshot, inputs: readonly NamedValue[]): Promise<ReadonlyMap<string, Value>>;
  /** The kernels that stand for a node of a model, as text; undefined where there are none to show. */
  kernelsOf?(snapshot: Snapshot, inputs: readonly NamedValue[], node: string): Promise<string | undefined>;
}
