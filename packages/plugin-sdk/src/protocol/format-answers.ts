import type { CallContext } from "../contracts/call-context.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import type { Plugin } from "../contracts/plugin.ts";
import type { Answers, IncomingCall } from "./connection.ts";
import type { Empty, WireSink, WireSource } from "./messages.ts";
import type { PLUGIN_METHODS } from "./methods.ts";
import { missingComponent } from "./missing-component.ts";
import { type Host, type RemoteSink, remoteSink, remoteSource } from "./remote-files.ts";

type FormatMethod = Extract<keyof typeof PLUGIN_METHODS, `format.${string}`>;
type FormatAnswers = Pick<Answers<typeof PLUGIN_METHODS>, FormatMethod>;

/** How a plugin's process answers calls of its formats. */
export function formatAnswers(
  plugin: Plugin,
  host: () => Host,
  contextOf: (call: IncomingCall) => CallContext,
): FormatAnswers {
  const source = (reference: WireSource): ReturnType<typeof remoteSource> => remoteSource(host(), reference);
  /** A write that the plugin did not wait for is waited for here: the file ends with the call. */
  const withSink = async (reference: WireSink, save: (sink: RemoteSink) => Promise<void>): Promise<Empty> => {
    const sink = remoteSink(host(), reference);
    await save(sink);
    await sink.settled();
    return {};
  };
  return {
    "format.loadModel": async (params, call) => {
      const format = formatWith(plugin, params.format, "loadModel");
      return { snapshot: await format.loadModel(source(params.source), contextOf(call)) };
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
  { formats }: Plugin,
  name: string,
  method: M,
): FormatPlugin & Required<Pick<FormatPlugin, M>> {
  const found = formats !== undefined && Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (found === undefined) throw missingComponent("format", name);
  if (found[method] === undefined) throw missingComponent("format", name, method);
  return found as FormatPlugin & Required<Pick<FormatPlugin, M>>;
}
