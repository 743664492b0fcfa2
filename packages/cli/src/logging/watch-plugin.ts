import type { ListedPlugin, LoadedPlugin } from "@hodu/plugin-host";
import type { BackendPlugin, CallContext, FormatPlugin, Session } from "hodu-plugin-sdk";
import type { Log } from "./log.ts";

/** A plugin and the log that its calls go to. */
interface Watched {
  readonly id: string;
  readonly log: Log;
}

/** The plugin; its loading and its calls are logged with their times (host, debug), and what it logs itself under its id. */
export function watchPlugin(plugin: ListedPlugin, log: Log): ListedPlugin {
  const { id, version } = plugin.manifest;
  const watched = { id, log };
  return {
    ...plugin,
    load: async () => watchCalls(await timed(watched, `load ${version}`, () => plugin.load()), watched),
  };
}

function watchCalls({ formats, backends, ...plugin }: LoadedPlugin, watched: Watched): LoadedPlugin {
  return {
    ...plugin,
    ...(formats && { formats: mapValues(formats, (format) => watchFormat(format, watched)) }),
    ...(backends && { backends: mapValues(backends, (backend) => watchBackend(backend, watched)) }),
  };
}

function watchFormat(format: FormatPlugin, watched: Watched): FormatPlugin {
  return {
    ...(format.loadModel && {
      loadModel: (source, context, options) =>
        timed(watched, `read model ${source.name}`, () => format.loadModel!(source, under(watched, context), options)),
    }),
    ...(format.saveModel && {
      saveModel: (model, sink, options, context) =>
        timed(watched, `write model ${sink.name}`, () =>
          format.saveModel!(model, sink, options, under(watched, context)),
        ),
    }),
    ...(format.loadTensors && {
      loadTensors: (source, options, context) =>
        timed(watched, `read tensors ${source.name}`, () =>
          format.loadTensors!(source, options, under(watched, context)),
        ),
    }),
    ...(format.saveTensors && {
      saveTensors: (file, sink, context) =>
        timed(watched, `write tensors ${sink.name}`, () => format.saveTensors!(file, sink, under(watched, context))),
    }),
  };
}

function watchBackend(backend: BackendPlugin, watched: Watched): BackendPlugin {
  return {
    supports: (node, inputs) => backend.supports(node, inputs),
    ...(backend.available && {
      available: (device) => timed(watched, `look for ${device}`, () => backend.available!(device)),
    }),
    ...(backend.identity && { identity: (options) => timed(watched, "identify", () => backend.identity!(options)) }),
    compile: (model, options, context) =>
      timed(watched, `compile for ${options.device}`, () => backend.compile(model, options, under(watched, context))),
    ...(backend.supportedTargets && { supportedTargets: () => backend.supportedTargets!() }),
    ...(backend.supportedFormats && { supportedFormats: (target) => backend.supportedFormats!(target) }),
    ...(backend.build && {
      build: (model, target, format, sink, context) =>
        timed(watched, `build ${sink.name}`, () =>
          backend.build!(model, target, format, sink, under(watched, context)),
        ),
    }),
    load: async (artifact, weights, options, context) =>
      watchSession(
        await timed(watched, "load artifact", () => backend.load(artifact, weights, options, under(watched, context))),
        watched,
      ),
  };
}

function watchSession(session: Session, watched: Watched): Session {
  return {
    run: (inputs, options, context) =>
      timed(watched, "run", () => session.run(inputs, options, under(watched, context))),
    ...(session.runSync && {
      runSync: (inputs, options, context) => session.runSync!(inputs, options, under(watched, context)),
    }),
    dispose: () => session.dispose(),
  };
}

/** The context of a call; what the plugin logs goes to the log, and to the command where a person would not see it twice. */
function under({ id, log }: Watched, context: CallContext): CallContext {
  return {
    signal: context.signal,
    log(level, message) {
      log.write(id, level, message);
      if (!log.isOnTerminal || !log.keeps(id, level)) context.log(level, message);
    },
    progress: (done, total, label) => context.progress(done, total, label),
  };
}

async function timed<Result>({ id, log }: Watched, call: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const record = (end: string): void => {
    const milliseconds = Math.round((performance.now() - start) * 10) / 10;
    log.write("host", "debug", `${id}: ${call} ${end} ${milliseconds} ms`, { plugin: id, call, milliseconds });
  };
  try {
    const result = await work();
    record("took");
    return result;
  } catch (error) {
    record("failed after");
    throw error;
  }
}

function mapValues<A, B>(object: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
