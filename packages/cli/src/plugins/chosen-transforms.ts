import { HoduError, quote } from "@hodu/core";
import type { TransformOffer, TransformUse } from "@hodu/engine";
import type { Found, PluginCatalog } from "@hodu/plugin-host/in-process";
import type { TransformComponent, TransformConfig, TransformPlugin } from "hodu-plugin-sdk";

/** A transform that a user wants: by name, or as it is. */
export interface WantedTransform {
  /** `relu-of-relu` in any spelling, the id of a plugin that has one transform, or `ID:NAME`. */
  readonly transform: string | TransformPlugin;
  readonly config?: TransformConfig | undefined;
  /** Where it runs instead of in its own stage. */
  readonly stage?: string | undefined;
}

/** What is wanted, and all transforms that there are. Throws BAD_USAGE for a name of several; one of none is left to who runs them. */
export async function chosenTransforms(
  { plugins }: PluginCatalog,
  wanted: readonly WantedTransform[],
  strict: boolean,
): Promise<TransformUse> {
  if (wanted.length === 0) return { choices: [], offers: [], strict };
  const { canonicalTransform } = await import("@hodu/compiler");
  const known = plugins.flatMap((plugin) =>
    plugin.manifest.components.flatMap((component): Found<TransformComponent>[] =>
      component.kind === "transform" ? [{ plugin, component }] : [],
    ),
  );
  const offers: TransformOffer[] = [];
  const choices = wanted.map(({ transform, config = {}, stage }) => {
    const offer = typeof transform === "string" ? offerNamed(known, transform, canonicalTransform) : given(transform);
    if (offer !== undefined) offers.push(offer);
    const name = offer?.name ?? (typeof transform === "string" ? transform : transform.info.name);
    return { name, config, ...(stage !== undefined && { stage }) };
  });
  // the others only make a wrong name easier to find
  return { choices, offers: [...offers, ...known.map(offerOf)], strict };
}

function offerNamed(
  known: readonly Found<TransformComponent>[],
  name: string,
  canonical: (name: string) => string,
): TransformOffer | undefined {
  const wanted = canonical(name);
  const found = known.filter(({ plugin, component }) => {
    const id = plugin.manifest.id;
    const names = [component.name, id, `${id}:${component.name}`];
    return names.some((one) => canonical(one) === wanted);
  });
  if (found.length > 1) {
    const candidates = found.map(({ plugin, component }) => `${plugin.manifest.id}:${component.name}`);
    throw new HoduError(
      "BAD_USAGE",
      `Cannot use transform ${quote(name)}: it could be ${candidates.join(" or ")}, expected one`,
    );
  }
  return found[0] && offerOf(found[0]);
}

function offerOf({ plugin, component }: Found<TransformComponent>): TransformOffer {
  const { name, stage, requires = [] } = component;
  const { version } = plugin.manifest;
  return { name, stage, version, requires, load: async () => (await plugin.load()).transforms![name] };
}

function given(transform: TransformPlugin): TransformOffer {
  const { name, stage, version, requires } = transform.info;
  return { name, stage, version, requires, load: async () => transform };
}
