import type { HoduError } from "@hodu/core";
import { PartWriter } from "@hodu/core/wire";
import { implementedComponents } from "../component-tables.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { Plugin } from "../contracts/plugin.ts";
import { SDK_VERSION } from "../version.ts";
import { BackendAnswers } from "./backend-answers.ts";
import { type Answers, Connection, type IncomingCall } from "./connection.ts";
import { formatAnswers } from "./format-answers.ts";
import { graphAnswers } from "./graph-answers.ts";
import { lifeAnswers, lifeOf } from "./life-answers.ts";
import { MAX_LOG_CHARACTERS, PROGRESS_INTERVAL_MS } from "./limits.ts";
import type { Line } from "./line.ts";
import type { PartMemory } from "./part-memory.ts";
import { HOST_METHODS, HOST_NOTICES, PLUGIN_METHODS } from "./methods.ts";
import type { Host } from "./remote-files.ts";

/** What a process does for the plugin that it serves. */
export interface ServeOptions {
  /** Opens the folder for large parts that the host offers. */
  readonly openMemory?: (folder: string) => PartMemory | undefined;
  /** Called before the plugin's code is. */
  readonly onCall?: () => void;
}

/**
 * Serves a plugin over a line until the line ends; `onEnd` gets the host's breach of the protocol, if that was the reason.
 */
export function servePluginOver(
  line: Line,
  plugin: Plugin,
  onEnd: (breach: HoduError | undefined) => void,
  options: ServeOptions = {},
): void {
  const host: Host = new Connection(line, {
    handshake: { send: `hodu-plugin-sdk/${SDK_VERSION}` },
    ours: PLUGIN_METHODS,
    ourNotices: {},
    theirs: HOST_METHODS,
    answers: answersOf(plugin, () => host, options),
    notices: {},
    onEnd,
  });
}

function answersOf(
  plugin: Plugin,
  host: () => Host,
  { openMemory, onCall }: ServeOptions,
): Answers<typeof PLUGIN_METHODS> {
  const context = (call: IncomingCall): CallContext => contextOf(host(), call);
  const backends = new BackendAnswers(plugin, host, context);
  return {
    initialize: async ({ memory: folder }) => {
      const memory = folder === undefined ? undefined : openMemory?.(folder);
      if (memory !== undefined) host().useMemory(memory);
      return {
        components: implementedComponents(plugin),
        ...(plugin.manifest && { id: plugin.manifest.id, version: plugin.manifest.version }),
        life: lifeOf(plugin),
        ...(memory && { memory: true }),
      };
    },
    ...announced(
      {
        ...formatAnswers(plugin, host, context),
        ...backends.answers,
        ...graphAnswers(plugin, context),
        ...lifeAnswers(plugin, host),
      },
      onCall,
    ),
    shutdown: async () => {
      await backends.disposeAll();
      return {};
    },
  };
}

/** Answers that tell of each call first. */
function announced<A extends Readonly<Record<string, (params: never, call: IncomingCall) => unknown>>>(
  answers: A,
  onCall: (() => void) | undefined,
): A {
  if (onCall === undefined) return answers;
  const entries = Object.entries(answers).map(([method, answer]) => [
    method,
    (params: never, call: IncomingCall) => {
      onCall();
      return answer(params, call);
    },
  ]);
  return Object.fromEntries(entries) as A;
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
