import type { Snapshot, Value } from "@hodu/core";
import { loadModelOn, type LoadModelOptions } from "./library/load-model.ts";
import type { Model, Outputs } from "./library/model.ts";
import { pagePlatform } from "./library/page-platform.ts";
import { type ModelFile, type ModelPlace, readModelOn, type ReadModelOptions } from "./library/read-model.ts";
import {
  readTensorOn,
  type ReadTensorOptions,
  readTensorsOn,
  type ReadTensorsOptions,
  type Tensors,
} from "./library/read-tensors.ts";
import { encodeModelOn, type SaveModelOptions } from "./library/save-model.ts";
import type { Place } from "./library/source-of.ts";
import type { Tensor } from "./library/tensor.ts";
import { encodeTensorsOn, type Writable, type WriteTensorsOptions } from "./library/write-tensors.ts";

export * from "./library/exports.ts";

/**
 * Reads a model and makes it ready to run: .onnx, .hdss. An address, which is fetched; or the content as bytes, Blob (File) or
 * Response; or what `readModel` or a GraphBuilder gave. Throws FORMAT_NOT_FOUND, MISSING_INPUT, BAD_MODEL, INVALID_GRAPH,
 * UNSUPPORTED, BACKEND_NOT_FOUND, MEMORY_LIMIT, IO, DEADLINE, ABORTED.
 */
export async function loadModel(from: ModelPlace, options: LoadModelOptions = {}): Promise<Model> {
  return loadModelOn(pagePlatform, from, options);
}

/** Reads a model and checks it, without making it ready to run: to inspect it, or to encode it as another format. */
export async function readModel(from: ModelPlace, options: ReadModelOptions = {}): Promise<ModelFile> {
  return readModelOn(pagePlatform, from, options);
}

/** A model as the bytes of a file of a format, by its name or extension: `encodeModel(model, "onnx")`. Throws UNSUPPORTED. */
export async function encodeModel(
  model: ModelFile | Snapshot,
  format: string,
  options: SaveModelOptions = {},
): Promise<Uint8Array> {
  return encodeModelOn(pagePlatform, model, format, options);
}

/** Reads the values of a tensor file: .safetensors, .pb, .json, .hdt. Throws FORMAT_NOT_FOUND, MISSING_INPUT, BAD_TENSOR_FILE, UNSUPPORTED, IO. */
export async function readTensors<Given extends Outputs = Record<string, Tensor>>(
  from: Place,
  options: ReadTensorsOptions = {},
): Promise<Tensors<Given>> {
  return readTensorsOn<Given>(pagePlatform, from, options);
}

/** Reads one value of a tensor file: the only one, or that of `name`. Throws as `readTensors`. */
export async function readTensor<Given extends Value = Tensor>(
  from: Place,
  options: ReadTensorOptions = {},
): Promise<Given> {
  return readTensorOn<Given>(pagePlatform, from, options);
}

/** Values as the bytes of a file of a format, by its name or extension: `encodeTensors({ y }, "safetensors")`. Throws UNSUPPORTED. */
export async function encodeTensors(
  values: Readonly<Record<string, Writable>>,
  format: string,
  options: WriteTensorsOptions = {},
): Promise<Uint8Array> {
  return encodeTensorsOn(pagePlatform, values, format, options);
}
