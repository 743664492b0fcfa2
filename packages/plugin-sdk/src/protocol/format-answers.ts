import type { CallContext } from "../contracts/call-context.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import type { Plugin } from "../contracts/plugin.ts";
import type { Answers, IncomingCall } from "./connection.ts";
import type { WireSource } from "./messages.ts";
import type { FORMAT_METHODS } from "./format-methods.ts";
import { componentOf, missingComponent } from "./missing-component.ts";
import { type Host, remoteSource, savingTo } from "./remote-files.ts";

/** How a plugin's process answers calls of its formats. */
export function formatAnswers(
  plugin: Plugin,
  host: () => Host,
  contextOf: (call: IncomingCall) => CallContext,
): Answers<typeof FORMAT_METHODS> {
  const source = (reference: WireSource): ReturnType<typeof remoteSource> => remoteSource(host(), reference);
  const withSink = savingTo(host);
  return {
    "format.loadModel": async (params, call) => {
      const format = formatWith(plugin, params.format, "loadModel");
      return { snapshot: await format.loadModel(source(params.source), contextOf(call), params.options) };
    },
    "format.loadTensors": async (params, call) => {
      const format = formatWith(plugin, params.format, "loadTensors");
      return format.loadTensors(source(params.source), params.options, contextOf(call));
    },
    "format.saveModel": async (params, call) => {
      const format = formatWith(plugin, params.format, "saveModel");
      const model = { snapshot: params.snapshot, source: params.source && source(params.source) };
      return withSink(params.sink, (sink) => format.saveModel(model, sink, params.options, contextOf(call)));
    },
    "format.saveTensors": async ({ values, metadata, ...params }, call) => {
      const format = formatWith(plugin, params.format, "saveTensors");
      return withSink(params.sink, (sink) => format.saveTensors({ values, metadata }, sink, contextOf(call)));
    },
  };
}

/** The format of that name, which has the method. Throws PLUGIN_PROTOCOL. */
function formatWith<M extends keyof FormatPlugin>(
  plugin: Plugin,
  name: string,
  method: M,
): FormatPlugin & Required<Pick<FormatPlugin, M>> {
  const found = componentOf(plugin, "format", name);
  if (found[method] === undefined) throw missingComponent("format", name, method);
  return found as FormatPlugin & Required<Pick<FormatPlugin, M>>;
}
