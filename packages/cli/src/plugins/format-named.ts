import type { Found, PluginCatalog } from "@hodu/plugin-host";
import type { FormatCapability, FormatComponent } from "hodu-plugin-sdk";

/** The extension that a name may stand for: `.npz` for `npz`. */
export const extensionNamed = (name: string): string => `.${name.trim().toLowerCase().replace(/^\./, "")}`;

/** The format that `name` names, be it by an extension (`npz`), its short name (`npy`) or its plugin's; undefined when none of them can do that. */
export function formatNamed(
  catalog: PluginCatalog,
  name: string,
  capability: FormatCapability,
): Found<FormatComponent> | undefined {
  const able = catalog.formats.filter(({ component }) => component.capabilities.includes(capability));
  const wanted = name.trim().toLowerCase();
  return (
    able.find(({ component }) => extensionsOf(component, capability).includes(extensionNamed(name))) ??
    able.find(({ plugin, component }) =>
      [component.name, plugin.manifest.id].some((own) => own.toLowerCase() === wanted),
    )
  );
}

/** The extensions that a format claims for what it is to do. */
export function extensionsOf(component: FormatComponent, capability: FormatCapability): readonly string[] {
  return capability.endsWith("_model") ? component.modelExtensions : component.tensorExtensions;
}
