import { HoduError } from "@hodu/core";
import type { Plugin } from "./contracts/plugin.ts";

/**
 * Types a literal as a plugin and checks that its components are those that its manifest names.
 * Throws PLUGIN_PROTOCOL on a mismatch.
 *
 * @example
 * ```js
 * import { definePlugin } from "hodu-plugin-sdk";
 *
 * const text = { kind: "format", name: "text", title: "Text", modelExtensions: [], tensorExtensions: [".txt"], capabilities: ["load_tensor"] };
 * const manifest = { id: "hodu-format-text", version: "1.0.0", description: "", author: "", license: "", sdk: "*", components: [text] };
 * const loadTensors = async (source) => ({ values: [], metadata: [["name", source.name]] });
 * console.log(definePlugin({ manifest, formats: { text: { loadTensors } } }).manifest.id);
 * ```
 * ```text
 * hodu-format-text
 * ```
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
