import { HoduError, quote, type Snapshot } from "@hodu/core";
import { type ByteSink, bytesSink, type SaveModelOptions as FormatOptions } from "hodu-plugin-sdk";
import { outputFormat } from "../convert/output-format.ts";
import { type CallOptions, contextOf } from "./call-options.ts";
import { load, refuse } from "./find-format.ts";
import type { Platform } from "./platform.ts";
import { isModelFile, type ModelFile } from "./read-model.ts";

/** How a model is written: `opset` and `externalWeights` are for the formats that know them. */
export interface SaveModelOptions extends FormatOptions, CallOptions {}

/** Writes a model to a sink, in the format of that name, else of the extension of the sink's name. */
export async function saveModelTo(
  platform: Platform,
  model: ModelFile | Snapshot,
  sink: ByteSink,
  name: string | undefined,
  options: SaveModelOptions,
): Promise<void> {
  const catalog = platform.catalog();
  const found = outputFormat(catalog, sink.name, name, "save_model");
  const { format } = await load(found ?? catalog.formatOfFile(sink.name, "save_model"));
  const { opset, externalWeights } = options;
  const known = { ...(opset !== undefined && { opset }), ...(externalWeights !== undefined && { externalWeights }) };
  const file = isModelFile(model) ? model : { snapshot: model, source: undefined };
  await format.saveModel!({ snapshot: file.snapshot, source: file.source }, sink, known, contextOf(options));
}

/** A model as the bytes of a file. Throws UNSUPPORTED when the format wants more files than one. */
export async function encodeModelOn(
  platform: Platform,
  model: ModelFile | Snapshot,
  format: string,
  options: SaveModelOptions,
): Promise<Uint8Array> {
  const found =
    outputFormat(platform.catalog(), "", format, "save_model") ?? refuse(platform.catalog(), format, "save_model");
  const sink = bytesSink(`model${found.extension}`);
  await saveModelTo(platform, model, sink, format, options);
  const [sibling] = sink.siblings.keys();
  if (sibling === undefined) return sink.bytes();
  throw new HoduError(
    "UNSUPPORTED",
    `Cannot give the model as the bytes of one file: its weights would be in a second one, ${quote(sibling)}`,
    { hint: 'await saveModel(model, "model.onnx")' },
  );
}
