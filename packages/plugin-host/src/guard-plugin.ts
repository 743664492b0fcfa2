import { HoduError, quote } from "@hodu/core";
import {
  abortError,
  type BackendPlugin,
  callError,
  type CallContext,
  type FormatPlugin,
  type KnownPlugin,
  type Manifest,
  type Plugin,
  type PluginLife,
  type Session,
} from "hodu-plugin-sdk";

const NEVER = new AbortController().signal;

/**
 * The plugin with calls that reject with HoduErrors only, each with `where.plugin`, and sessions that refuse to run once disposed of:
 * the same whether it runs in this process or in one of its own.
 */
export function guardPlugin(plugin: Plugin, manifest: Manifest): KnownPlugin {
  const { formats, backends } = plugin;
  return {
    manifest,
    ...guardLife(plugin, manifest),
    ...(formats && { formats: mapValues(formats, (format) => guardFormat(format, manifest)) }),
    ...(backends && { backends: mapValues(backends, (backend, name) => guardBackend(backend, name, manifest)) }),
  };
}

/** What the plugin does when it comes and goes. Called as methods: a plugin may be an object of a class. */
function guardLife(plugin: Plugin, manifest: Manifest): PluginLife {
  return {
    ...(plugin.onLoad && {
      onLoad: (context) => guard(manifest, "load the plugin", undefined, async () => plugin.onLoad!(context)),
    }),
    ...(plugin.onUnload && {
      onUnload: (context) => guard(manifest, "unload the plugin", undefined, async () => plugin.onUnload!(context)),
    }),
    ...(plugin.onEvent && {
      onEvent: (event, context) =>
        guard(manifest, `take the event ${event.type}`, undefined, async () => plugin.onEvent!(event, context)),
    }),
  };
}

function guardFormat(format: FormatPlugin, manifest: Manifest): FormatPlugin {
  return {
    ...(format.loadModel && {
      loadModel: (source, context) =>
        guard(manifest, `read model ${quote(source.name)}`, context, () => format.loadModel!(source, context)),
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

function guardBackend(backend: BackendPlugin, name: string, manifest: Manifest): BackendPlugin {
  return {
    supports: (node, inputs) =>
      guard(manifest, `ask ${quote(name)} about node ${quote(node.name)}`, undefined, () =>
        backend.supports(node, inputs),
      ),
    ...(backend.available && {
      available: (device) =>
        guard(manifest, `ask ${quote(name)} about device ${quote(device)}`, undefined, () =>
          backend.available!(device),
        ),
    }),
    ...(backend.identity && {
      identity: (options) =>
        guard(manifest, `ask ${quote(name)} what its artifacts depend on`, undefined, () => backend.identity!(options)),
    }),
    compile: (model, options, context) =>
      guard(manifest, `compile the model for ${quote(options.device)}`, context, () =>
        backend.compile(model, options, context),
      ),
    load: async (artifact, weights, options, context) =>
      guardSession(
        await guard(manifest, `load the artifact of ${quote(artifact.backend)}`, context, () =>
          backend.load(artifact, weights, options, context),
        ),
        manifest,
      ),
  };
}

function guardSession(session: Session, manifest: Manifest): Session {
  let disposal: Promise<void> | undefined;
  const refuseDisposed = (): void => {
    if (disposal === undefined) return;
    throw new HoduError("BAD_USAGE", "Cannot run the session: it was disposed of", { where: { plugin: manifest.id } });
  };
  const what = "run the model";
  return {
    async run(inputs, options, context) {
      refuseDisposed();
      return guard(manifest, what, context, () => session.run(inputs, options, context));
    },
    ...(session.runSync && {
      runSync(inputs, options, context) {
        refuseDisposed();
        return guardNow(manifest, what, context, () => session.runSync!(inputs, options, context));
      },
    }),
    dispose() {
      disposal ??= guard(manifest, "dispose of the session", undefined, () => session.dispose());
      return disposal;
    },
  };
}

function guardNow<T>({ id }: Manifest, what: string, { signal }: CallContext, call: () => T): T {
  try {
    if (signal.aborted) throw abortError(signal, what);
    return call();
  } catch (error) {
    throw callError(error, signal, what).at({ plugin: id });
  }
}

async function guard<T>(
  { id }: Manifest,
  what: string,
  context: CallContext | undefined,
  call: () => Promise<T>,
): Promise<T> {
  try {
    if (context?.signal.aborted) throw abortError(context.signal, what);
    return await call();
  } catch (error) {
    throw callError(error, context?.signal ?? NEVER, what).at({ plugin: id });
  }
}

function mapValues<A, B>(object: Readonly<Record<string, A>>, map: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value, name)]));
}
