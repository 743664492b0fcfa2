import { type ErrorCode, HoduError, quote } from "@hodu/core";
import type { BackendPlugin, EventSink } from "hodu-plugin-sdk";
import { type OpenModel, openModel, type OpenTools } from "../pipeline.ts";
import type { RewrittenModel } from "../rewrite/rewritten-model.ts";
import type { BackendOffer } from "./resolve-backend.ts";

/** How backends are tried. */
export interface OpenOnFirstOptions<Offer extends BackendOffer> {
  readonly load: (offer: Offer) => Promise<BackendPlugin>;
  readonly tools: (offer: Offer) => Omit<OpenTools, "backend">;
  /** The backend was asked for by name, or nothing else may serve: what fails ends the call. */
  readonly isOnly: boolean;
  /** Told of each backend before it is asked to compile. */
  readonly onTry: (offer: Offer) => void;
  /** Told why one does not serve although others would rather have it: as a warning, or as a detail when that was told before. */
  readonly onPass: (text: string, kind: "warning" | "detail") => void;
}

/** A model that is ready to run, and what it runs on. */
export interface OpenedModel<Offer extends BackendOffer> extends OpenModel {
  readonly offer: Offer;
}

/** What another backend may do better: the model, the machine's memory and the user's time would be the same there. */
const NEXT_MAY_DO: ReadonlySet<ErrorCode> = new Set([
  "BACKEND_NOT_FOUND",
  "BUILD_FAILED",
  "INVALID_KERNEL",
  "PLUGIN_CRASH",
  "PLUGIN_PROTOCOL",
  "UNSUPPORTED",
]);

/**
 * Makes a model ready on the first of the backends that load, that this machine has what they need for, and that compile it. Throws what the
 * last one throws.
 */
export async function openOnFirst<Offer extends BackendOffer>(
  model: RewrittenModel,
  candidates: readonly Offer[],
  options: OpenOnFirstOptions<Offer>,
  publish: EventSink,
): Promise<OpenedModel<Offer>> {
  const missing: string[] = [];
  for (const [i, offer] of candidates.entries()) {
    const isLast = options.isOnly || i === candidates.length - 1;
    const tools = options.tools(offer);
    const backend = await loadOffer(offer, options, tools.context.signal);
    if (backend instanceof HoduError) {
      if (isLast) throw backend;
      options.onPass(`${offer.component.name} cannot be used: ${onOneLine(backend)}`, "warning");
      continue;
    }
    try {
      const { device } = tools.compile;
      const available = await backend.available?.(device);
      if (typeof available === "string") {
        if (isLast) throw unavailable(offer, available);
        missing.push(`${offer.component.name} cannot be used: ${available}`);
        continue;
      }
      if (available === true) publish({ type: "HardwareDetected", device, description: usedBy(offer) });
      options.onTry(offer);
      const open = await openModel(model, { ...tools, backend }, publish);
      // Who has seen it when the model was compiled need not see it at each run.
      for (const text of missing) options.onPass(text, open.isCached ? "detail" : "warning");
      return { ...open, offer };
    } catch (error) {
      if (isLast || !(error instanceof HoduError) || !NEXT_MAY_DO.has(error.code)) throw error;
      options.onPass(`${offer.component.name} does not run it: ${onOneLine(error)}`, "warning");
    }
  }
  throw new HoduError("BACKEND_NOT_FOUND", "Cannot run the model: no backend was given");
}

/** The backend, or why its plugin does not load: another one may, whatever the reason, unless nobody waits for it any more. */
async function loadOffer<Offer extends BackendOffer>(
  offer: Offer,
  { load }: OpenOnFirstOptions<Offer>,
  signal: AbortSignal,
): Promise<BackendPlugin | HoduError> {
  try {
    return await load(offer);
  } catch (error) {
    if (signal.aborted || !(error instanceof HoduError)) throw error;
    return error;
  }
}

/** As the event says it. */
function usedBy({ plugin, component }: BackendOffer): string {
  const { id, version } = plugin.manifest;
  return `the backend ${component.name} of ${id} ${version} runs on it`;
}

function unavailable({ component }: BackendOffer, reason: string): HoduError {
  return new HoduError("BACKEND_NOT_FOUND", `Cannot use backend ${quote(component.name)}: ${reason}`, {
    hint: "hodu run model.onnx",
  });
}

/** With the log where there is one. */
function onOneLine({ message, where }: HoduError): string {
  const [first] = message.split("\n");
  const log = where.file !== undefined && !first.includes(where.file) ? ` (${where.file})` : "";
  return `${first}${log}`;
}
