import type { HoduError } from "@hodu/core";
import { implementedComponents } from "../component-tables.ts";
import type { BackendPlugin, Session } from "../contracts/backend.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { Plugin } from "../contracts/plugin.ts";
import { SDK_VERSION } from "../version.ts";
import { PartWriter } from "@hodu/core/wire";
import { type Answers, Connection, type IncomingCall } from "./connection.ts";
import { formatAnswers } from "./format-answers.ts";
import { MAX_LOG_CHARACTERS, PROGRESS_INTERVAL_MS } from "./limits.ts";
import type { Line } from "./line.ts";
import { HOST_METHODS, HOST_NOTICES, PLUGIN_METHODS } from "./methods.ts";
import { missingComponent } from "./missing-component.ts";
import { protocolError } from "./protocol-error.ts";
import { type Host, remoteSource } from "./remote-files.ts";

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
  return {
    initialize: async () => ({
      components: implementedComponents(plugin),
      ...(plugin.manifest && { id: plugin.manifest.id, version: plugin.manifest.version }),
    }),
    ...formatAnswers(plugin, host, (call) => contextOf(host(), call)),
    "backend.supports": async (params) => {
      const answer = await backendOf(plugin, params.backend).supports(params.node, params.inputs);
      return answer === true ? {} : { reason: answer };
    },
    "backend.available": async ({ backend, device }) => {
      const answer = (await backendOf(plugin, backend).available?.(device)) ?? true;
      return answer === true ? {} : { reason: answer };
    },
    "backend.identity": async ({ backend, options }) => {
      const identity = await backendOf(plugin, backend).identity?.(options);
      return identity === undefined ? {} : { identity };
    },
    "backend.compile": async (params, call) => {
      const model = { snapshot: params.snapshot, source: params.source && remoteSource(host(), params.source) };
      const backend = backendOf(plugin, params.backend);
      return { artifact: await backend.compile(model, params.options, contextOf(host(), call)) };
    },
    "backend.load": async (params, call) => {
      const weights = params.weights && remoteSource(host(), params.weights);
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

function backendOf({ backends }: Plugin, name: string): BackendPlugin {
  const found = backends !== undefined && Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (found === undefined) throw missingComponent("backend", name);
  return found;
}

function sessionOf(sessions: ReadonlyMap<number, Session>, number: number): Session {
  const found = sessions.get(number);
  if (found === undefined) throw protocolError("call a session", `the number ${number}`, "that of an open session");
  return found;
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
