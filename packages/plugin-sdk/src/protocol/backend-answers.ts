import type { BackendPlugin, Session, SessionOptions } from "../contracts/backend.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { Model } from "../contracts/model.ts";
import type { Plugin } from "../contracts/plugin.ts";
import type { BACKEND_METHODS } from "./backend-methods.ts";
import type { Answers, IncomingCall } from "./connection.ts";
import type { DataOf } from "./method-table.ts";
import { componentOf, missingComponent } from "./missing-component.ts";
import { protocolError } from "./protocol-error.ts";
import { type Host, remoteSource, savingTo } from "./remote-files.ts";
import { RemoteKeeps } from "./remote-keeps.ts";

type Methods = typeof BACKEND_METHODS;
type Params<M extends keyof Methods> = DataOf<Methods[M]["params"]>;

/** How a plugin's process answers calls of its backends and of the sessions that they opened. */
export class BackendAnswers {
  readonly #plugin: Plugin;
  readonly #host: () => Host;
  readonly #contextOf: (call: IncomingCall) => CallContext;
  readonly #keeps: RemoteKeeps;
  readonly #sessions = new Map<number, Session>();
  #lastSession = 0;

  constructor(plugin: Plugin, host: () => Host, contextOf: (call: IncomingCall) => CallContext) {
    this.#plugin = plugin;
    this.#host = host;
    this.#contextOf = contextOf;
    this.#keeps = new RemoteKeeps(host);
  }

  readonly answers: Answers<Methods> = {
    "backend.supports": async ({ backend, node, inputs }) =>
      reasonOf(await this.#backend(backend).supports(node, inputs)),
    "backend.available": async ({ backend, device }) =>
      reasonOf((await this.#backend(backend).available?.(device)) ?? true),
    "backend.identity": async ({ backend, options }) => {
      const identity = await this.#backend(backend).identity?.(options);
      return identity === undefined ? {} : { identity };
    },
    "backend.compile": async ({ backend, options, ...model }, call) => ({
      artifact: await this.#backend(backend).compile(this.#model(model), options, this.#contextOf(call)),
    }),
    "backend.load": async (params, call) => ({ session: await this.#load(params, call) }),
    "backend.supportedTargets": async ({ backend }) => ({ targets: await this.#builder(backend).supportedTargets() }),
    "backend.supportedFormats": async ({ backend, target }) => ({
      formats: await this.#builder(backend).supportedFormats(target),
    }),
    "backend.build": async ({ backend, target, format, sink, ...model }, call) =>
      savingTo(this.#host)(sink, (file) =>
        this.#builder(backend).build(this.#model(model), target, format, file, this.#contextOf(call)),
      ),
    "keep.make": ({ keep, key }) => this.#keeps.make(keep, key),
    "session.run": async ({ session, inputs, options }, call) =>
      this.#session(session).run(inputs, options, this.#contextOf(call)),
    "session.dispose": async ({ session }) => {
      const opened = this.#session(session);
      this.#sessions.delete(session);
      await opened.dispose();
      return {};
    },
  };

  /** Disposes of all sessions, whatever they throw. */
  async disposeAll(): Promise<void> {
    const opened = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(opened.map((session) => session.dispose()));
  }

  async #load(
    { backend, artifact, weights, options, keep }: Params<"backend.load">,
    call: IncomingCall,
  ): Promise<number> {
    const source = weights && remoteSource(this.#host(), weights);
    const whole: SessionOptions = keep === undefined ? options : { ...options, keep: this.#keeps.keep(keep) };
    const opened = await this.#backend(backend).load(artifact, source, whole, this.#contextOf(call));
    this.#lastSession += 1;
    this.#sessions.set(this.#lastSession, opened);
    return this.#lastSession;
  }

  #model({ snapshot, source }: Pick<Params<"backend.compile">, "snapshot" | "source">): Model {
    return { snapshot, source: source && remoteSource(this.#host(), source) };
  }

  #backend(name: string): BackendPlugin {
    return componentOf(this.#plugin, "backend", name);
  }

  #builder(name: string): Required<Pick<BackendPlugin, "supportedTargets" | "supportedFormats" | "build">> {
    const { supportedTargets, supportedFormats, build } = this.#backend(name);
    if (supportedTargets === undefined || supportedFormats === undefined || build === undefined) {
      throw missingComponent("backend", name, "build");
    }
    return this.#backend(name) as Required<BackendPlugin>;
  }

  #session(number: number): Session {
    const found = this.#sessions.get(number);
    if (found === undefined) throw protocolError("call a session", `the number ${number}`, "that of an open session");
    return found;
  }
}

const reasonOf = (answer: true | string): { readonly reason?: string } => (answer === true ? {} : { reason: answer });
