import { HoduError, quote } from "@hodu/core";
import type { BackendBuilder, BackendPlugin, Manifest, Session } from "hodu-plugin-sdk";
import { guard, guardNow } from "./guard-call.ts";

/** A backend that rejects with HoduErrors only, and whose sessions refuse to run once disposed of. */
export function guardBackend(backend: BackendPlugin, name: string, manifest: Manifest): BackendPlugin {
  return {
    ...guardBuilder(backend, name, manifest),
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

function guardBuilder(backend: BackendPlugin, name: string, manifest: Manifest): Partial<BackendBuilder> {
  const asked = `ask ${quote(name)} what it builds`;
  return {
    ...(backend.supportedTargets && {
      supportedTargets: () => guard(manifest, asked, undefined, () => backend.supportedTargets!()),
    }),
    ...(backend.supportedFormats && {
      supportedFormats: (target) => guard(manifest, asked, undefined, () => backend.supportedFormats!(target)),
    }),
    ...(backend.build && {
      build: (model, target, format, sink, context) =>
        guard(manifest, `build ${quote(sink.name)}`, context, () =>
          backend.build!(model, target, format, sink, context),
        ),
    }),
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
