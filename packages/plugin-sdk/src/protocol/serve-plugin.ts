import { type HoduError, quote } from "@hodu/core";
import { chunksByReading } from "../chunks.ts";
import type { BackendPlugin, Session } from "../contracts/backend.ts";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import type { Plugin } from "../contracts/plugin.ts";
import { SDK_VERSION } from "../version.ts";
import { PartWriter } from "@hodu/core/wire";
import { type Answers, Connection, type IncomingCall } from "./connection.ts";
import { MAX_LOG_CHARACTERS, PROGRESS_INTERVAL_MS } from "./limits.ts";
import type { Line } from "./line.ts";
import type { HostNotifications, WireSource } from "./messages.ts";
import { HOST_METHODS, HOST_NOTICES, PLUGIN_METHODS } from "./methods.ts";
import { protocolError } from "./protocol-error.ts";

type Host = Connection<typeof PLUGIN_METHODS, Record<never, never>, typeof HOST_METHODS, HostNotifications>;

/** Serves a plugin over a line until the line ends; `onEnd` gets the host's breach of the protocol, if that was the reason. */
export function servePluginOver(line: Line, plugin: Plugin, onEnd: (breach: HoduError | undefined) => void): void {
  const host: Host = new Connection(line, {
    handshake: { send: `hodu-plugin-sdk/${SDK_VERSION}` },
    ours: PLUGIN_METHODS,
    ourNotices: {},
    theirs: HOST_METHODS,
    answers: answersOf(plugin, () => host),
    notices: {},
    onEnd,
  });
}

function answersOf(plugin: Plugin, host: () => Host): Answers<typeof PLUGIN_METHODS> {
  const sessions = new Map<number, Session>();
  let lastSession = 0;
  const source = (reference: WireSource): ByteSource => remoteSource(host(), reference);
  return {
    initialize: async () => ({ manifest: plugin.manifest }),
    "format.loadModel": async (params, call) => {
      const format = formatOf(plugin, params.format);
      if (format.loadModel === undefined) throw missing("format", params.format, "loadModel");
      return { snapshot: await format.loadModel(source(params.source), contextOf(host(), call)) };
    },
    "format.loadTensors": async (params, call) => {
      const format = formatOf(plugin, params.format);
      if (format.loadTensors === undefined) throw missing("format", params.format, "loadTensors");
      return format.loadTensors(source(params.source), params.options, contextOf(host(), call));
    },
    "backend.supports": async (params) => {
      const answer = await backendOf(plugin, params.backend).supports(params.node, params.inputs);
      return answer === true ? {} : { reason: answer };
    },
    "backend.compile": async (params, call) => {
      const model = { snapshot: params.snapshot, source: params.source && source(params.source) };
      const backend = backendOf(plugin, params.backend);
      return { artifact: await backend.compile(model, params.options, contextOf(host(), call)) };
    },
    "backend.load": async (params, call) => {
      const weights = params.weights && source(params.weights);
      const backend = backendOf(plugin, params.backend);
      const opened = await backend.load(params.artifact, weights, params.options, contextOf(host(), call));
      lastSession += 1;
      sessions.set(lastSession, opened);
      return { session: lastSession };
    },
    "session.run": async (params, call) =>
      sessionOf(sessions, params.session).run(params.inputs, params.options, contextOf(host(), call)),
    "session.dispose": async ({ session }) => {
      const opened = sessionOf(sessions, session);
      sessions.delete(session);
      await opened.dispose();
      return {};
    },
    shutdown: async () => {
      const opened = [...sessions.values()];
      sessions.clear();
      await Promise.allSettled(opened.map((session) => session.dispose()));
      return {};
    },
  };
}

function formatOf({ formats }: Plugin, name: string): FormatPlugin {
  const found = formats !== undefined && Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (found === undefined) throw missing("format", name);
  return found;
}

function backendOf({ backends }: Plugin, name: string): BackendPlugin {
  const found = backends !== undefined && Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (found === undefined) throw missing("backend", name);
  return found;
}

function missing(kind: "format" | "backend", name: string, method?: string): HoduError {
  return protocolError(
    `call ${kind} ${quote(name)}`,
    `no such ${method ?? kind} in the plugin`,
    "one that its manifest names",
  );
}

function sessionOf(sessions: ReadonlyMap<number, Session>, number: number): Session {
  const found = sessions.get(number);
  if (found === undefined) throw protocolError("call a session", `the number ${number}`, "that of an open session");
  return found;
}

/** A file of the host, read over the line. */
function remoteSource(host: Host, { source, name, size }: WireSource): ByteSource {
  const file: ByteSource = {
    name,
    size,
    async read(offset, length) {
      const { bytes } = await host.request("source.read", { source, offset, length }).result;
      if (bytes.length === length) return bytes;
      throw protocolError(`read ${quote(name)}`, `${bytes.length} bytes`, `the ${length} that were asked for`);
    },
    chunks: (offset, length) => chunksByReading(file, offset, length),
    async sibling(location) {
      return remoteSource(host, (await host.request("source.sibling", { source, name: location }).result).source);
    },
  };
  return file;
}

function contextOf(host: Host, { id, signal }: IncomingCall): CallContext {
  let lastTold = Number.NEGATIVE_INFINITY;
  return {
    signal,
    log(level, message) {
      host.notify("log", { call: id, level, message: message.slice(0, MAX_LOG_CHARACTERS) });
    },
    progress(done, total, label) {
      const now = performance.now();
      if (done !== total && now - lastTold < PROGRESS_INTERVAL_MS) return;
      lastTold = now;
      const notice = HOST_NOTICES.progress.encode({ call: id, done, total, label }, new PartWriter());
      host.notify("progress", notice);
    },
  };
}
