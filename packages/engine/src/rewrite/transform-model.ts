import type { ForeignTransform, TransformChoice } from "@hodu/compiler";
import type { CallContext, EventSink, TransformPlugin } from "hodu-plugin-sdk";
import { publishApplied } from "./publish-applied.ts";
import type { RewrittenModel } from "./rewritten-model.ts";

/** A transform of a plugin that is not loaded yet. */
export interface TransformOffer extends Omit<ForeignTransform, "apply"> {
  readonly load: () => Promise<TransformPlugin>;
}

/** The transforms that a user wants, and what there is. */
export interface TransformUse {
  /** By name, each in its own stage unless it says another. */
  readonly choices: readonly TransformChoice[];
  readonly offers: readonly TransformOffer[];
  /** One that is not there, or that fails, ends the call; else it is a warning. */
  readonly strict: boolean;
}

/**
 * Runs transforms over a model, stage by stage, each until it finds nothing more. What they give is verified.
 * Throws, where it is strict, BAD_USAGE and what transforms throw; the reason of the signal.
 */
export async function transformModel<M extends RewrittenModel>(
  model: M,
  { choices, offers, strict }: TransformUse,
  context: CallContext,
  publish: EventSink,
): Promise<M & RewrittenModel> {
  if (choices.length === 0) return model;
  const { optimizeModel, PASSES } = await import("@hodu/compiler");
  const foreign = offers.map((offer) => foreignOf(offer, context));
  const { signal } = context;
  const options = { foreign, strict, signal, ...(model.domains && { domains: model.domains }) };
  const { snapshot, report } = await optimizeModel(model.snapshot, { level: 0, transforms: choices }, options);
  for (const warning of report.warnings) context.log("warn", warning);
  const stages = new Map([...PASSES, ...offers].map(({ name, stage }) => [name, stage]));
  publishApplied(report, (name) => stages.get(name)!, publish);
  if (!report.steps.some(({ rounds }) => rounds > 0)) return model;
  return { ...model, snapshot, isRewritten: true };
}

/** A transform that is loaded when it first runs. */
function foreignOf({ load, ...info }: TransformOffer, context: CallContext): ForeignTransform {
  let loaded: Promise<TransformPlugin> | undefined;
  return {
    ...info,
    async apply(snapshot, config) {
      const transform = await (loaded ??= load());
      return transform.apply(snapshot, config, context);
    },
  };
}
