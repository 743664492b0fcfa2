import { HoduError, quote } from "@hodu/core";
import { implementedComponents, type Manifest, type Plugin } from "hodu-plugin-sdk";
import { checkLoaded } from "./check-loaded.ts";
import { guardPlugin } from "./guard-plugin.ts";
import type { LoadedPlugin } from "./loaded-plugin.ts";

/** Imports a plugin into this process. Throws PLUGIN_PROTOCOL when its module fails or it is not what its manifest says. */
export async function loadInProcess(manifest: Manifest, importPlugin: () => Promise<Plugin>): Promise<LoadedPlugin> {
  let plugin: Plugin | null | undefined;
  try {
    plugin = await importPlugin();
  } catch (cause) {
    throw noPlugin(manifest, `its module failed with ${String(cause)}`, cause);
  }
  if (typeof plugin !== "object" || plugin === null)
    throw noPlugin(manifest, "it is not the default export of its module");
  const { id, version } = plugin.manifest ?? manifest;
  checkLoaded({ id, version, components: implementedComponents(plugin) }, manifest);
  return { ...guardPlugin(plugin, manifest), dispose: async () => {} };
}

function noPlugin({ id }: Manifest, found: string, cause?: unknown): HoduError {
  const message = `Cannot load plugin ${quote(id)}: ${found}, expected a plugin`;
  return new HoduError("PLUGIN_PROTOCOL", message, { cause, where: { plugin: id } });
}
