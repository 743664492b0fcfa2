import type { Snapshot, Value } from "@hodu/core";
import { writeFileSafely } from "@hodu/engine/node";
import { loadModelOn, type LoadModelOptions } from "./library/load-model.ts";
import type { Model, Outputs } from "./library/model.ts";
import { nodePlatform, pathOf } from "./library/node-platform.ts";
import { type ModelFile, type ModelPlace, readModelOn, type ReadModelOptions } from "./library/read-model.ts";
import {
  readTensorOn,
  type ReadTensorOptions,
  readTensorsOn,
  type ReadTensorsOptions,
  type Tensors,
} from "./library/read-tensors.ts";
import { encodeModelOn, type SaveModelOptions, saveModelTo } from "./library/save-model.ts";
import type { Place } from "./library/source-of.ts";
import type { Tensor } from "./library/tensor.ts";
import { encodeTensorsOn, type Writable, type WriteTensorsOptions, writeTensorsTo } from "./library/write-tensors.ts";

export {
  DynamicPluginLoader,
  type DynamicPluginLoaderOptions,
  endPluginSystem,
  globalRegistry,
  type InitializeReport,
  type ListedPlugin,
  type LoadIntoReport,
  type PluginFilter,
  type PluginHandle,
  PluginRegistry,
  type PluginState,
  type RegistryOptions,
  StaticPluginLoader,
  type UnloadOptions,
} from "@hodu/plugin-host";
export { customEvent, type KnownPlugin, PluginMetadata, type PluginContext, serviceType } from "hodu-plugin-sdk";
export * from "./library/exports.ts";
export { initPluginSystem } from "./library/plugin-system.ts";

/**
 * Reads a model and makes it ready to run. A path or file URL; or the content as bytes, Blob or Response; or what `readModel` or a
 * GraphBuilder gave. Throws FORMAT_NOT_FOUND, MISSING_INPUT, BAD_MODEL, INVALID_GRAPH, UNSUPPORTED, POLICY, BACKEND_NOT_FOUND,
 * MEMORY_LIMIT, IO, DEADLINE, ABORTED.
 *
 * @example
 * ```js
 * import { loadModel, readTensor } from "hodu";
 *
 * const model = await loadModel("examples/digits/model.onnx");
 * const image = await readTensor("examples/digits/seven.json");
 * const { probabilities } = await model.run({ image });
 * console.log(probabilities.shape, probabilities.data.indexOf(Math.max(...probabilities.data)));
 * await model.dispose();
 * ```
 * ```text
 * [ 1, 10 ] 7
 * ```
 */
export async function loadModel(from: ModelPlace, options: LoadModelOptions = {}): Promise<Model> {
  return loadModelOn(nodePlatform, from, options);
}

/**
 * Reads a model and checks it, without making it ready to run: to inspect it, to save it as another format, or to load it later.
 * Throws as `loadModel`.
 *
 * @example
 * ```js
 * import { inspectModel, readModel, saveModel } from "hodu";
 *
 * const model = await readModel("examples/digits/model.onnx");
 * const { format, parameters } = inspectModel(model);
 * console.log(format, parameters);
 * await saveModel(model, "digits.hdss");
 * ```
 * ```text
 * onnx 17354
 * ```
 */
export async function readModel(from: ModelPlace, options: ReadModelOptions = {}): Promise<ModelFile> {
  return readModelOn(nodePlatform, from, options);
}

/**
 * Writes a model, as a whole or not at all, in the format of `format` or else of the path's extension. Weights are copied from
 * where they are. Throws FORMAT_NOT_FOUND, UNSUPPORTED, CANNOT_CREATE, IO, DEADLINE, ABORTED.
 *
 * @example
 * ```js
 * import { GraphBuilder, saveModel, symbolDim, tensorType } from "hodu";
 *
 * const graph = new GraphBuilder("twice");
 * const x = graph.input("x", tensorType("f32", [symbolDim("n")]));
 * graph.output(...graph.node("Add", [x, x]));
 * await saveModel(graph.build(), "twice.onnx", { opset: 17 });
 * ```
 */
export async function saveModel(
  model: ModelFile | Snapshot,
  path: string | URL,
  { format, ...options }: SaveModelOptions & { readonly format?: string | undefined } = {},
): Promise<void> {
  await writeFileSafely(pathOf(path), { signal: options.signal }, (sink) =>
    saveModelTo(nodePlatform, model, sink, format, options),
  );
}

/**
 * A model as the bytes of a file of a format, by its name or extension. Throws as `saveModel`.
 *
 * @example
 * ```js
 * import { encodeModel, loadModel, readModel } from "hodu";
 *
 * const bytes = await encodeModel(await readModel("examples/digits/model.onnx"), "hdss");
 * console.log((await loadModel(bytes)).inputs[0].type);
 * ```
 * ```text
 * f32[batch, 64]
 * ```
 */
export async function encodeModel(
  model: ModelFile | Snapshot,
  format: string,
  options: SaveModelOptions = {},
): Promise<Uint8Array> {
  return encodeModelOn(nodePlatform, model, format, options);
}

/**
 * Reads the values of a tensor file: .npy, .npz, .safetensors, .pb, .json, .hdt. Those of large files are views of it, read when
 * they are used. Throws FORMAT_NOT_FOUND, MISSING_INPUT, BAD_TENSOR_FILE, UNSUPPORTED, IO, DEADLINE, ABORTED.
 *
 * @example
 * ```js
 * import { readTensors, tensor, writeTensors } from "hodu";
 *
 * const y = tensor("f16", [[1, 2], [3, 4]]);
 * await writeTensors("y.safetensors", { y }, { metadata: { made: "by hand" } });
 * const { values, metadata } = await readTensors("y.safetensors");
 * console.log(values.y.dtype, values.y.shape, metadata);
 * ```
 * ```text
 * f16 [ 2, 2 ] { made: 'by hand' }
 * ```
 */
export async function readTensors<Given extends Outputs = Record<string, Tensor>>(
  from: Place,
  options: ReadTensorsOptions = {},
): Promise<Tensors<Given>> {
  return readTensorsOn<Given>(nodePlatform, from, options);
}

/**
 * Reads one value of a tensor file: the only one, or that of `name`. Throws as `readTensors`.
 *
 * @example
 * ```js
 * import { readTensor } from "hodu";
 *
 * const { dtype, shape } = await readTensor("examples/digits/seven.json");
 * console.log(dtype, shape);
 * ```
 * ```text
 * f32 [ 1, 64 ]
 * ```
 */
export async function readTensor<Given extends Value = Tensor>(
  from: Place,
  options: ReadTensorOptions = {},
): Promise<Given> {
  return readTensorOn<Given>(nodePlatform, from, options);
}

/**
 * Writes values, as a whole or not at all, in the format of `format` or else of the path's extension. A single value loses its
 * name where a file has no place for one. Throws FORMAT_NOT_FOUND, UNSUPPORTED, CANNOT_CREATE, IO, DEADLINE, ABORTED.
 *
 * @example
 * ```js
 * import { readTensor, writeTensors } from "hodu";
 *
 * await writeTensors("steps.npz", { times: Float64Array.of(0, 0.5, 1), counts: Int32Array.of(3, 4, 5) });
 * console.log((await readTensor("steps.npz", { name: "counts" })).data);
 * ```
 * ```text
 * Int32Array(3) [ 3, 4, 5 ]
 * ```
 */
export async function writeTensors(
  path: string | URL,
  values: Readonly<Record<string, Writable>>,
  { format, ...options }: WriteTensorsOptions & { readonly format?: string | undefined } = {},
): Promise<void> {
  await writeFileSafely(pathOf(path), { signal: options.signal }, (sink) =>
    writeTensorsTo(nodePlatform, values, sink, format, options),
  );
}

/**
 * Values as the bytes of a file of a format, by its name or extension. Throws as `writeTensors`.
 *
 * @example
 * ```js
 * import { encodeTensors, tensor } from "hodu";
 *
 * const bytes = await encodeTensors({ y: tensor("i8", [[1, -1]]) }, "json");
 * console.log(new TextDecoder().decode(bytes).trim());
 * ```
 * ```text
 * {"tensors":{"y":{"dtype":"i8","shape":[1,2],"data":[1,-1]}}}
 * ```
 */
export async function encodeTensors(
  values: Readonly<Record<string, Writable>>,
  format: string,
  options: WriteTensorsOptions = {},
): Promise<Uint8Array> {
  return encodeTensorsOn(nodePlatform, values, format, options);
}
