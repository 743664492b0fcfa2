import { HoduError } from "@hodu/core";
import { implementedComponents, missingComponents } from "./component-tables.ts";
import type { KnownPlugin, Plugin } from "./contracts/plugin.ts";

/**
 * Types a literal as a plugin and, where it has a manifest, checks that it has the components that are named there. An installed plugin has
 * its manifest in package.json and needs none here. Throws PLUGIN_PROTOCOL on a mismatch.
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
export function definePlugin(plugin: KnownPlugin): KnownPlugin;
export function definePlugin(plugin: Plugin): Plugin;
export function definePlugin(plugin: Plugin): Plugin {
  const { manifest } = plugin;
  const [missing] = manifest ? missingComponents(manifest.components, implementedComponents(plugin)) : [];
  if (manifest === undefined || missing === undefined) return plugin;
  throw new HoduError(
    "PLUGIN_PROTOCOL",
    `Cannot define plugin "${manifest.id}": its manifest names the ${missing.kind} "${missing.name}", expected an implementation of it`,
    { where: { plugin: manifest.id } },
  );
}
