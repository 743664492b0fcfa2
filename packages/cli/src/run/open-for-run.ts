import type { Graph } from "@hodu/core";
import { candidateBackends, decodeImage, openOnFirst, type OpenedModel } from "@hodu/engine";
import { openCache } from "@hodu/engine/node";
import type { ListedPlugin } from "@hodu/plugin-host/in-process";
import type {
  BackendComponent,
  CallContext,
  CompileOptions,
  EventSink,
  InputShape,
  Model,
  NamedValue,
} from "hodu-plugin-sdk";
import { buildId } from "../cache/build-id.ts";
import { logBackend } from "../logging/log-choices.ts";
import { buildLabel, placeLabel } from "../plugins/plugin-label.ts";
import type { Toolchain } from "../plugins/open-toolchain.ts";
import type { Status } from "../terminal/status.ts";
import { dumpStages } from "./dump-forms.ts";
import { inputShapes } from "./input-shapes.ts";
import { isOpenInBatch } from "./is-open-in-batch.ts";
import type { RunFlags, RunSettings } from "./settings.ts";

/** A backend, and the plugin that offers it. */
export interface Offer {
  readonly plugin: ListedPlugin;
  readonly component: BackendComponent;
}

/** A model to be run, and all that choosing, compiling and loading depends on. */
export interface OpenForRunRequest {
  readonly model: Model;
  /** What read it, with its version. */
  readonly format: string;
  /** The model's file as an absolute path; undefined for standard input. */
  readonly path: string | undefined;
  readonly inputs: readonly NamedValue[];
  readonly flags: RunFlags;
  readonly settings: RunSettings;
  readonly toolchain: Toolchain;
  readonly status: Status;
  readonly context: CallContext;
  readonly publish: EventSink;
}

/** A model that is ready for its inputs. */
export interface OpenedForRun extends OpenedModel<Offer> {
  /** Whether its program is for any batch, and what its report says for a batch of 1. */
  readonly isForAnyBatch: boolean;
}

/**
 * Makes a model ready for its inputs on the first backend that serves, with what is kept in the cache. Where the batch is all that it leaves
 * open, a program for any batch is taken if there is one: it is kept for all. Throws what the last backend throws.
 */
export async function openForRun(request: OpenForRunRequest): Promise<OpenedForRun> {
  const { settings, toolchain, inputs } = request;
  const { graph } = request.model.snapshot;
  const candidates = candidateBackends(toolchain.catalog.backends, settings);
  const shapes = isStatic(graph) ? [] : inputShapes(inputs);
  if (shapes.length === 0 || !isOpenInBatch(graph))
    return { ...(await openOn(candidates, shapes, request)), isForAnyBatch: false };
  const open = await openOn(candidates, [], request);
  const { report } = open.artifact;
  if (report === undefined || report.kernels + report.calls.length > 0)
    return { ...open, isForAnyBatch: report !== undefined };
  // nothing is made before the batch is known: those before this backend have been told of
  await open.session.dispose();
  const others = candidates.slice(candidates.indexOf(open.offer));
  return { ...(await openOn(others, shapes, request)), isForAnyBatch: false };
}

async function openOn(
  candidates: readonly Offer[],
  shapes: readonly InputShape[],
  request: OpenForRunRequest,
): Promise<OpenedModel<Offer>> {
  const { model, settings, flags, toolchain, status, context, publish } = request;
  const { device, threads, maxMemory, keepMemory } = settings;
  const compile = compileOptions(request, shapes);
  const cache = settings.cache && openCache(settings.cache);
  return openOnFirst(
    model,
    candidates,
    {
      load: async ({ plugin, component }) => (await plugin.load()).backends![component.name],
      tools: ({ plugin, component }) => ({
        compile,
        context,
        session: { threads, maxMemory, keepMemory, decodeImage },
        cache: cache && {
          cache,
          build: buildId(),
          format: request.format,
          backend: component.name,
          plugin: buildLabel(plugin),
          model: request.path,
          isFresh: compile.dump !== undefined,
        },
      }),
      isOnly: settings.backend !== undefined || flags.strict === true,
      onTry(offer) {
        logBackend(offer, settings, toolchain.log);
        const { plugin, component } = offer;
        status.step("Compiling", `for ${device} with ${component.name} (${placeLabel(plugin)})`);
      },
      onPass(text, kind) {
        if (kind === "warning") status.warn(text);
        else context.log("info", text);
      },
    },
    publish,
  );
}

const isStatic = ({ inputs }: Graph): boolean =>
  inputs.every(({ type }) => type?.kind === "tensor" && type.shape?.every((dim) => typeof dim === "number"));

function compileOptions({ settings, flags }: OpenForRunRequest, shapes: readonly InputShape[]): CompileOptions {
  const { device, precision, optLevel, reproducible } = settings;
  const dump = dumpStages(flags.dump);
  return {
    device,
    precision,
    optLevel,
    ...(reproducible && { reproducible }),
    ...(dump.length > 0 && { dump }),
    ...(shapes.length > 0 && { shapes }),
  };
}
