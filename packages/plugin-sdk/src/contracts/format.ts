import type { Snapshot, Value } from "@hodu/core";
import type { ByteSource } from "./byte-source.ts";
import type { CallContext } from "./call-context.ts";

/**
 * A format: turns files into Snapshots and values. Takes and returns data; opens nothing itself.
 * What it does not offer it leaves out; the manifest lists what it offers (`load_model`, `load_tensor`).
 */
export interface FormatPlugin {
  /** Reads a model. Weights stay where they are: the Snapshot refers to them. Throws BAD_MODEL, INVALID_GRAPH, UNSUPPORTED, POLICY, MISSING_INPUT. */
  loadModel?(source: ByteSource, context: CallContext): Promise<Snapshot>;
  /** Reads the values of a tensor file, in the file's order. A file of one unnamed value gives it the name "". Throws BAD_TENSOR_FILE. */
  loadTensors?(source: ByteSource, context: CallContext): Promise<readonly NamedValue[]>;
}

/** A value by the name of a graph's input or output, or of its place in a tensor file. */
export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}
