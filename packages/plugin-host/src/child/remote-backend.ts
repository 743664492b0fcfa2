import { quote } from "@hodu/core";
import {
  type BackendComponent,
  type BackendPlugin,
  type CallContext,
  fillOutputs,
  type Model,
  type Session,
  type Value,
} from "hodu-plugin-sdk";
import type { CallOptions, ChildPlugin } from "./child-plugin.ts";
import type { FileScope } from "./file-table.ts";
import { ifKnown } from "./if-known.ts";
import { CONTROL_TIMEOUT_MS } from "./limits.ts";

/** A backend whose calls go to its process. `timeout` in milliseconds bounds those that do work. */
export function remoteBackend(
  { name, capabilities }: BackendComponent,
  child: ChildPlugin,
  timeout: number | undefined,
): BackendPlugin {
  const remote = new RemoteBackend(name, child, timeout);
  return { ...remote.runner(), ...(capabilities.includes("build") && remote.builder()) };
}

class RemoteBackend {
  readonly #name: string;
  readonly #child: ChildPlugin;
  readonly #timeout: number | undefined;

  constructor(name: string, child: ChildPlugin, timeout: number | undefined) {
    this.#name = name;
    this.#child = child;
    this.#timeout = timeout;
  }

  runner(): BackendPlugin {
    const [backend, child] = [this.#name, this.#child];
    return {
      async supports(node, inputs) {
        const options = control(`ask ${quote(backend)} about node ${quote(node.name)}`);
        const { reason } = await child.call("backend.supports", { backend, node, inputs }, options);
        return reason ?? true;
      },
      async available(device) {
        const options = control(`ask ${quote(backend)} about device ${quote(device)}`);
        const { reason } = await ifKnown(child.call("backend.available", { backend, device }, options), {});
        return reason ?? true;
      },
      async identity(options) {
        const asked = control(`ask ${quote(backend)} what its artifacts depend on`);
        return (await ifKnown(child.call("backend.identity", { backend, options }, asked), {})).identity;
      },
      compile: (model, options, context) =>
        child.files.during(async (files) => {
          const work = this.#work(`compile the model for ${quote(options.device)}`, context);
          return (await child.call("backend.compile", { ...this.#model(model, files), options }, work)).artifact;
        }),
      load: async (artifact, weights, { keep, ...options }, context) => {
        const scope = child.files.scope();
        const kept = child.keeps.open(keep);
        const close = (): void => {
          scope.close();
          child.keeps.close(kept);
        };
        try {
          const work = this.#work(`load the artifact of ${quote(artifact.backend)}`, context);
          const params = { backend, artifact, weights: weights && scope.open(weights), options, keep: kept };
          const { session } = await child.call("backend.load", params, work);
          return this.#session(session, close);
        } catch (error) {
          close();
          throw error;
        }
      },
    };
  }

  builder(): Required<Pick<BackendPlugin, "supportedTargets" | "supportedFormats" | "build">> {
    const [backend, child] = [this.#name, this.#child];
    const asked = control(`ask ${quote(backend)} what it builds`);
    return {
      supportedTargets: async () => (await child.call("backend.supportedTargets", { backend }, asked)).targets,
      supportedFormats: async (target) =>
        (await child.call("backend.supportedFormats", { backend, target }, asked)).formats,
      build: (model, target, format, sink, context) =>
        child.files.during(async (files) => {
          const work = this.#work(`build ${quote(sink.name)}`, context);
          const params = { ...this.#model(model, files), target, format, sink: files.create(sink) };
          await child.call("backend.build", params, work);
        }),
    };
  }

  #model({ snapshot, source }: Model, files: FileScope) {
    return { backend: this.#name, snapshot, source: source && files.open(source) };
  }

  /** Weights stay open as long as the session. */
  #session(session: number, close: () => void): Session {
    const child = this.#child;
    /** Of the values that the last run gave: the next one probably gives the same. */
    let sizes: readonly number[] = [];
    return {
      run: async (inputs, { into, ...options }, context) => {
        const work = this.#work("run the model", context);
        const answer = child.call("session.run", { session, inputs, options }, work);
        for (const size of sizes) child.expect(size);
        const result = await answer;
        sizes = result.outputs.map(({ value }) => sizeOf(value));
        const outputs = fillOutputs(result.outputs, into);
        for (const [i, { value }] of result.outputs.entries()) {
          const isCopied = outputs[i].value !== value && value.kind === "tensor";
          if (isCopied && ArrayBuffer.isView(value.data)) child.giveBack(value.data.buffer);
        }
        return { ...result, outputs };
      },
      async dispose() {
        try {
          // A process that has ended holds nothing any more.
          if (!child.isOver) await child.call("session.dispose", { session }, control("dispose of the session"));
        } finally {
          close();
        }
      },
    };
  }

  #work(what: string, context: CallContext): CallOptions {
    return { what, context, timeout: this.#timeout };
  }
}

const sizeOf = (value: Value): number =>
  value.kind === "tensor" && ArrayBuffer.isView(value.data) ? value.data.byteLength : 0;

const control = (what: string): CallOptions => ({ what, timeout: CONTROL_TIMEOUT_MS });
