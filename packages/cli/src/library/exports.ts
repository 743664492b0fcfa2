/** What the library offers everywhere beside reading and running. */
export {
  type Dim,
  type DType,
  type ErrorCode,
  formatType,
  GraphBuilder,
  HoduError,
  type MapValue,
  numbers,
  type OptionalValue,
  type SequenceValue,
  type Snapshot,
  symbolDim,
  tensorType,
  type Value,
  type ValueType,
} from "@hodu/core";
export type { CompileReport, EventSink, HoduEvent, LogLevel, NodeTime, OptLevel } from "hodu-plugin-sdk";
export type { CallOptions } from "./call-options.ts";
export { inspectModel, type InspectOptions, type ModelInspection } from "./inspect-model.ts";
export type { LoadModelOptions } from "./load-model.ts";
export type { Inputs, Model, Outputs, RunOptions, RunProfile } from "./model.ts";
export type { ModelFile, ModelPlace, ReadModelOptions } from "./read-model.ts";
export type { ReadTensorOptions, ReadTensorsOptions, Tensors } from "./read-tensors.ts";
export type { SaveModelOptions } from "./save-model.ts";
export type { Place } from "./source-of.ts";
export { type StorageOf, type Tensor, tensor } from "./tensor.ts";
export { type Plain, toPlain } from "./to-plain.ts";
export type { Input, TensorParts } from "./value-from.ts";
export type { Writable, WriteTensorsOptions } from "./write-tensors.ts";
