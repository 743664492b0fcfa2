import type { DType, NamedValue, Snapshot } from "@hodu/core";
import type { ByteSink } from "./byte-sink.ts";
import type { ByteSource } from "./byte-source.ts";
import type { CallContext } from "./call-context.ts";
import type { Model } from "./model.ts";

/**
 * A format: turns files into Snapshots and values, and back. Takes and returns data; opens nothing itself.
 * What it does not offer it leaves out; the manifest lists what it offers (`load_model`, `save_model`, `load_tensor`, `save_tensor`).
 */
export interface FormatPlugin {
  /** Reads a model. Weights stay where they are: the Snapshot refers to them. Throws BAD_MODEL, INVALID_GRAPH, UNSUPPORTED, POLICY, MISSING_INPUT. */
  loadModel?(source: ByteSource, context: CallContext, options?: LoadModelOptions): Promise<Snapshot>;
  /** Writes a model, its weights copied from where they are. The same model and options give the same bytes. Throws UNSUPPORTED, IO. */
  saveModel?(model: Model, sink: ByteSink, options: SaveModelOptions, context: CallContext): Promise<void>;
  /** Reads the values of a tensor file, in the file's order. A file of one unnamed value gives it the name "". Throws BAD_TENSOR_FILE. */
  loadTensors?(source: ByteSource, options: LoadTensorsOptions, context: CallContext): Promise<TensorFile>;
  /** Writes a tensor file. The same values give the same bytes. Throws UNSUPPORTED (a value, dtype or number of values that it cannot hold), IO. */
  saveTensors?(file: TensorFile, sink: ByteSink, context: CallContext): Promise<void>;
}

/** What a tensor file holds. */
export interface TensorFile {
  readonly values: readonly NamedValue[];
  /** What the file says beside its values; empty where the format has no place for it. */
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

export interface LoadModelOptions {
  /** Domains beside the standard's whose operators are known from elsewhere: their nodes stay as they are. Those of any other are refused. */
  readonly domains?: readonly string[];
}

export interface LoadTensorsOptions {
  /** What to read a value as where the file does not say its dtype; "" is the unnamed one. */
  readonly dtypes?: readonly (readonly [name: string, dtype: DType])[];
}

export interface SaveModelOptions {
  /** Version of ai.onnx to write; default: the lowest that holds the model. Formats without opsets ignore it. */
  readonly opset?: number;
  /** Weights in a file of their own beside the model; default: where the format needs it. */
  readonly externalWeights?: boolean;
}
