import type { Snapshot } from "@hodu/core";
import { dtype, flag, list, namedValue, natural, optional, pair, record, snapshot, text } from "@hodu/core/wire";
import type { LoadModelOptions, LoadTensorsOptions, SaveModelOptions, TensorFile } from "../contracts/format.ts";
import type {
  PluginMethods,
  WireLoadModelOptions,
  WireLoadTensorsOptions,
  WireSaveModelOptions,
  WireSink,
  WireSource,
  WireTensorFile,
} from "./messages.ts";
import { nothing, type Params, type Result, sink, source, type Wired } from "./method-table.ts";

type FormatCall = {
  readonly format: string;
  readonly source: WireSource;
};
const tensorFields = { values: list(namedValue), metadata: list(pair(text, text)) };

/** Calls of formats. */
export const FORMAT_METHODS = {
  "format.loadModel": {
    params: record<FormatCall & { readonly options?: LoadModelOptions | undefined }, Params<"format.loadModel">>({
      format: text,
      source,
      options: optional(record<LoadModelOptions, WireLoadModelOptions>({ domains: optional(list(text)) })),
    }),
    result: record<{ readonly snapshot: Snapshot }, Result<"format.loadModel">>({ snapshot }),
  },
  "format.loadTensors": {
    params: record<FormatCall & { readonly options: LoadTensorsOptions }, Params<"format.loadTensors">>({
      format: text,
      source,
      options: record<LoadTensorsOptions, WireLoadTensorsOptions>({ dtypes: optional(list(pair(text, dtype))) }),
    }),
    result: record<TensorFile, WireTensorFile>(tensorFields),
  },
  "format.saveModel": {
    params: record<
      {
        readonly format: string;
        readonly snapshot: Snapshot;
        readonly source?: WireSource | undefined;
        readonly sink: WireSink;
        readonly options: SaveModelOptions;
      },
      Params<"format.saveModel">
    >({
      format: text,
      snapshot,
      source: optional(source),
      sink,
      options: record<SaveModelOptions, WireSaveModelOptions>({
        opset: optional(natural),
        externalWeights: optional(flag),
      }),
    }),
    result: nothing,
  },
  "format.saveTensors": {
    params: record<TensorFile & { readonly format: string; readonly sink: WireSink }, Params<"format.saveTensors">>({
      ...tensorFields,
      format: text,
      sink,
    }),
    result: nothing,
  },
} satisfies Wired<Pick<PluginMethods, Extract<keyof PluginMethods, `format.${string}`>>>;
