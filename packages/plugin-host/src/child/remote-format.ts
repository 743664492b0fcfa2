import { quote } from "@hodu/core";
import type {
  ByteSink,
  ByteSource,
  CallContext,
  FormatComponent,
  FormatPlugin,
  LoadModelOptions,
  LoadTensorsOptions,
  Model,
  SaveModelOptions,
  TensorFile,
} from "hodu-plugin-sdk";
import type { ChildPlugin } from "./child-plugin.ts";

/** A format whose calls go to its process. `timeout` in milliseconds bounds each of them. */
export function remoteFormat(
  { name: format, capabilities }: FormatComponent,
  child: ChildPlugin,
  timeout: number | undefined,
): FormatPlugin {
  return {
    ...(capabilities.includes("load_model") && {
      loadModel: (source: ByteSource, context: CallContext, options?: LoadModelOptions) =>
        child.files.during(async (files) => {
          const what = `read model ${quote(source.name)}`;
          const params = { format, source: files.open(source), options };
          return (await child.call("format.loadModel", params, { what, context, timeout })).snapshot;
        }),
    }),
    ...(capabilities.includes("save_model") && {
      saveModel: ({ snapshot, source }: Model, sink: ByteSink, options: SaveModelOptions, context: CallContext) =>
        child.files.during(async (files) => {
          const what = `write model to ${quote(sink.name)}`;
          const params = { format, snapshot, source: source && files.open(source), sink: files.create(sink), options };
          await child.call("format.saveModel", params, { what, context, timeout });
        }),
    }),
    ...(capabilities.includes("load_tensor") && {
      loadTensors: (source: ByteSource, options: LoadTensorsOptions, context: CallContext) =>
        child.files.during((files) => {
          const what = `read tensors from ${quote(source.name)}`;
          const params = { format, source: files.open(source), options };
          return child.call("format.loadTensors", params, { what, context, timeout });
        }),
    }),
    ...(capabilities.includes("save_tensor") && {
      saveTensors: (file: TensorFile, sink: ByteSink, context: CallContext) =>
        child.files.during(async (files) => {
          const what = `write tensors to ${quote(sink.name)}`;
          const params = { ...file, format, sink: files.create(sink) };
          await child.call("format.saveTensors", params, { what, context, timeout });
        }),
    }),
  };
}
