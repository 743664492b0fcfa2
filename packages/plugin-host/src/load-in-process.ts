import { HoduError, quote } from "@hodu/core";
import { implementedComponents, type Manifest, type Plugin } from "hodu-plugin-sdk";
import { checkLoaded } from "./check-loaded.ts";
import { guardPlugin } from "./guard-plugin.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";

/** Imports a plugin into this process. Throws PLUGIN_PROTOCOL when its module fails or it is not what its manifest says. */
export async function loadInProcess(manifest: Manifest, importPlugin: () => Promise<Plugin>): Promise<LoadedPlugin> {
  let plugin;
  try {
    plugin = await importPlugin();
  } catch (cause) {
    throw new HoduError(
      "PLUGIN_PROTOCOL",
      `Cannot load plugin ${quote(manifest.id)}: its module failed with ${String(cause)}, expected a plugin`,
      { cause, where: { plugin: manifest.id } },
    );
  }
  const { id, version } = plugin.manifest ?? manifest;
  checkLoaded({ id, version, components: implementedComponents(plugin) }, manifest);
  return { ...guardPlugin(plugin, manifest), dispose: async () => {} };
}
