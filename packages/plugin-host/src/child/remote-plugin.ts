import { quote } from "@hodu/core";
import {
  type BackendComponent,
  type BackendPlugin,
  type CallContext,
  fillOutputs,
  type Manifest,
  type Plugin,
  type Session,
} from "hodu-plugin-sdk";
import { UnknownMethod } from "hodu-plugin-sdk/protocol";
import type { CallOptions, ChildPlugin } from "./child-plugin.ts";
import { CONTROL_TIMEOUT_MS } from "./limits.ts";
import { remoteFormat } from "./remote-format.ts";

/** A plugin whose calls go to its process. `callTimeout` in milliseconds bounds the calls that do work. */
export function remotePlugin(manifest: Manifest, child: ChildPlugin, callTimeout: number | undefined): Plugin {
  const remote = new Remote(child, callTimeout);
  const { components } = manifest;
  const formats = components.filter((component) => component.kind === "format");
  const backends = components.filter((component) => component.kind === "backend");
  return {
    formats: Object.fromEntries(
      formats.map((component) => [component.name, remoteFormat(component, child, callTimeout)]),
    ),
    backends: Object.fromEntries(backends.map((component) => [component.name, remote.backend(component)])),
  };
}

class Remote {
  readonly #child: ChildPlugin;
  readonly #callTimeout: number | undefined;

  constructor(child: ChildPlugin, callTimeout: number | undefined) {
    this.#child = child;
    this.#callTimeout = callTimeout;
  }

  backend({ name: backend }: BackendComponent): BackendPlugin {
    const child = this.#child;
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
      compile: ({ snapshot, source }, options, context) =>
        child.files.during(async (files) => {
          const work = this.#work(`compile the model for ${quote(options.device)}`, context);
          const params = { backend, snapshot, source: source && files.open(source), options };
          return (await child.call("backend.compile", params, work)).artifact;
        }),
      load: async (artifact, weights, options, context) => {
        const scope = child.files.scope();
        try {
          const work = this.#work(`load the artifact of ${quote(artifact.backend)}`, context);
          const params = { backend, artifact, weights: weights && scope.open(weights), options };
          const { session } = await child.call("backend.load", params, work);
          return this.#session(session, () => scope.close());
        } catch (error) {
          scope.close();
          throw error;
        }
      },
    };
  }

  /** Weights stay open as long as the session. */
  #session(session: number, close: () => void): Session {
    const child = this.#child;
    return {
      run: async (inputs, { into, ...options }, context) => {
        const work = this.#work("run the model", context);
        const result = await child.call("session.run", { session, inputs, options }, work);
        return { ...result, outputs: fillOutputs(result.outputs, into) };
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
    return { what, context, timeout: this.#callTimeout };
  }
}

function control(what: string): CallOptions {
  return { what, timeout: CONTROL_TIMEOUT_MS };
}

/** What a call gives, or `otherwise` where the plugin does not know the method. */
async function ifKnown<T>(call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof UnknownMethod) return otherwise;
    throw error;
  }
}
