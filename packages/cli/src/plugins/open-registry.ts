import { interpManifest, interpPlugin } from "@hodu/engine";
import { type BundledPlugin, makeRegistry, type PluginRegistry } from "@hodu/plugin-host";
import { BUNDLED_PLUGINS } from "../generated/bundled-plugins.ts";

/** The interpreter is part of the engine: a plugin like the others, at no cost to load. */
const BUILT_IN: BundledPlugin = { manifest: interpManifest, import: async () => interpPlugin };

/** All plugins that there are: what comes with Hodu. */
export function openRegistry(): PluginRegistry {
  return makeRegistry([...BUNDLED_PLUGINS, BUILT_IN]);
}

/** A plugin as people see it in messages: `hodu-format-onnx 0.3.0`. */
export function pluginLabel({ manifest }: Pick<BundledPlugin, "manifest">): string {
  return `${manifest.id} ${manifest.version}`;
}
