import type { OperatorOffer } from "@hodu/engine";
import type { PluginCatalog } from "@hodu/plugin-host/in-process";

/** The operators that the plugins of a catalog offer, by their manifests. */
export function operatorOffers({ plugins }: PluginCatalog): readonly OperatorOffer[] {
  return plugins.flatMap(({ manifest, load }) =>
    manifest.components.flatMap((component) => {
      if (component.kind !== "operator") return [];
      const { name, domain } = component;
      return [{ domain, plugin: manifest.id, load: async () => (await load()).operators![name] }];
    }),
  );
}
