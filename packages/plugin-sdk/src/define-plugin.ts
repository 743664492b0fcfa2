import { HoduError } from "@hodu/core";
import type { Plugin } from "./contracts/plugin.ts";

/**
 * Types a literal as a plugin and checks that its components are those that its manifest names.
 * Throws PLUGIN_PROTOCOL on a mismatch.
 */
export function definePlugin(plugin: Plugin): Plugin {
  const { manifest } = plugin;
  for (const component of manifest.components) {
    const found = component.kind === "format" ? plugin.formats?.[component.name] : plugin.backends?.[component.name];
    if (found === undefined) {
      throw new HoduError(
        "PLUGIN_PROTOCOL",
        `Cannot define plugin "${manifest.id}": its manifest names the ${component.kind} "${component.name}", expected an implementation of it`,
        { where: { plugin: manifest.id } },
      );
    }
  }
  return plugin;
}
