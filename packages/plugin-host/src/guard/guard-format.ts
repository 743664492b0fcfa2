import { quote } from "@hodu/core";
import type { FormatPlugin, Manifest } from "hodu-plugin-sdk";
import { guard } from "./guard-call.ts";

/** A format that rejects with HoduErrors only. */
export function guardFormat(format: FormatPlugin, manifest: Manifest): FormatPlugin {
  return {
    ...(format.loadModel && {
      loadModel: (source, context, options) =>
        guard(manifest, `read model ${quote(source.name)}`, context, () => format.loadModel!(source, context, options)),
    }),
    ...(format.saveModel && {
      saveModel: (model, sink, options, context) =>
        guard(manifest, `write model to ${quote(sink.name)}`, context, () =>
          format.saveModel!(model, sink, options, context),
        ),
    }),
    ...(format.loadTensors && {
      loadTensors: (source, options, context) =>
        guard(manifest, `read tensors from ${quote(source.name)}`, context, () =>
          format.loadTensors!(source, options, context),
        ),
    }),
    ...(format.saveTensors && {
      saveTensors: (file, sink, context) =>
        guard(manifest, `write tensors to ${quote(sink.name)}`, context, () =>
          format.saveTensors!(file, sink, context),
        ),
    }),
  };
}
